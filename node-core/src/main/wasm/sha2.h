/* SHA-256 and SHA-512 (FIPS 180-4). Rounds are kept in loops: a JVM does not compile methods that are very long. */
#ifndef SHA2_H
#define SHA2_H

#include "contract.h"

/* ---- SHA-256 ---- */

static const u32 SHA256_K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
    0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
    0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
    0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static u32 ror32(u32 x, u32 n) {
    return x >> n | x << (32 - n);
}

static SEPARATE void sha256_block(u32 *h, const u8 *p) {
    u32 w[64], s[8];
    for (int i = 0; i < 16; i++) {
        w[i] = load32be(p + 4 * i);
    }
#pragma clang loop unroll(disable)
    for (int i = 16; i < 64; i++) {
        u32 a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (ror32(a, 7) ^ ror32(a, 18) ^ a >> 3) + w[i - 7] + (ror32(b, 17) ^ ror32(b, 19) ^ b >> 10);
    }
    copy(s, h, 32);
#pragma clang loop unroll(disable)
    for (int i = 0; i < 64; i++) {
        u32 e = s[4], a = s[0];
        u32 t = s[7] + (ror32(e, 6) ^ ror32(e, 11) ^ ror32(e, 25)) + ((e & s[5]) ^ (~e & s[6])) + SHA256_K[i] + w[i];
        u32 u = (ror32(a, 2) ^ ror32(a, 13) ^ ror32(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        s[7] = s[6], s[6] = s[5], s[5] = e, s[4] = s[3] + t, s[3] = s[2], s[2] = s[1], s[1] = a, s[0] = t + u;
    }
    for (int i = 0; i < 8; i++) {
        h[i] += s[i];
    }
}

static SEPARATE void sha256(const u8 *data, u32 size, u8 *out) {
    u32 h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    u8 tail[128];
    u32 at = 0;
    for (; size - at >= 64; at += 64) {
        sha256_block(h, data + at);
    }
    u32 left = size - at, end = left < 56 ? 64 : 128;
    __builtin_memset(tail, 0, 128);
    copy(tail, data + at, left);
    tail[left] = 0x80;
    u64 bits = (u64)size * 8;
    for (u32 i = 0; i < 8; i++) {
        tail[end - 1 - i] = (u8)(bits >> (8 * i));
    }
    for (at = 0; at < end; at += 64) {
        sha256_block(h, tail + at);
    }
    for (u32 i = 0; i < 32; i++) {
        out[i] = (u8)(h[i / 4] >> (24 - 8 * (i % 4)));
    }
}

/* ---- SHA-512, fed piece by piece ---- */

static const u64 SHA512_K[80] = {
    0x428a2f98d728ae22ull, 0x7137449123ef65cdull, 0xb5c0fbcfec4d3b2full, 0xe9b5dba58189dbbcull,
    0x3956c25bf348b538ull, 0x59f111f1b605d019ull, 0x923f82a4af194f9bull, 0xab1c5ed5da6d8118ull,
    0xd807aa98a3030242ull, 0x12835b0145706fbeull, 0x243185be4ee4b28cull, 0x550c7dc3d5ffb4e2ull,
    0x72be5d74f27b896full, 0x80deb1fe3b1696b1ull, 0x9bdc06a725c71235ull, 0xc19bf174cf692694ull,
    0xe49b69c19ef14ad2ull, 0xefbe4786384f25e3ull, 0x0fc19dc68b8cd5b5ull, 0x240ca1cc77ac9c65ull,
    0x2de92c6f592b0275ull, 0x4a7484aa6ea6e483ull, 0x5cb0a9dcbd41fbd4ull, 0x76f988da831153b5ull,
    0x983e5152ee66dfabull, 0xa831c66d2db43210ull, 0xb00327c898fb213full, 0xbf597fc7beef0ee4ull,
    0xc6e00bf33da88fc2ull, 0xd5a79147930aa725ull, 0x06ca6351e003826full, 0x142929670a0e6e70ull,
    0x27b70a8546d22ffcull, 0x2e1b21385c26c926ull, 0x4d2c6dfc5ac42aedull, 0x53380d139d95b3dfull,
    0x650a73548baf63deull, 0x766a0abb3c77b2a8ull, 0x81c2c92e47edaee6ull, 0x92722c851482353bull,
    0xa2bfe8a14cf10364ull, 0xa81a664bbc423001ull, 0xc24b8b70d0f89791ull, 0xc76c51a30654be30ull,
    0xd192e819d6ef5218ull, 0xd69906245565a910ull, 0xf40e35855771202aull, 0x106aa07032bbd1b8ull,
    0x19a4c116b8d2d0c8ull, 0x1e376c085141ab53ull, 0x2748774cdf8eeb99ull, 0x34b0bcb5e19b48a8ull,
    0x391c0cb3c5c95a63ull, 0x4ed8aa4ae3418acbull, 0x5b9cca4f7763e373ull, 0x682e6ff3d6b2b8a3ull,
    0x748f82ee5defb2fcull, 0x78a5636f43172f60ull, 0x84c87814a1f0ab72ull, 0x8cc702081a6439ecull,
    0x90befffa23631e28ull, 0xa4506cebde82bde9ull, 0xbef9a3f7b2c67915ull, 0xc67178f2e372532bull,
    0xca273eceea26619cull, 0xd186b8c721c0c207ull, 0xeada7dd6cde0eb1eull, 0xf57d4f7fee6ed178ull,
    0x06f067aa72176fbaull, 0x0a637dc5a2c898a6ull, 0x113f9804bef90daeull, 0x1b710b35131c471bull,
    0x28db77f523047d84ull, 0x32caab7b40c72493ull, 0x3c9ebe0a15c9bebcull, 0x431d67c49c100d4cull,
    0x4cc5d4becb3e42b6ull, 0x597f299cfc657e2aull, 0x5fcb6fab3ad6faecull, 0x6c44198c4a475817ull};

typedef struct {
    u64 h[8];
    u8 tail[128];
    u64 size;
} sha512;

static u64 ror64(u64 x, u32 n) {
    return x >> n | x << (64 - n);
}

static SEPARATE void sha512_block(u64 *h, const u8 *p) {
    u64 w[80], s[8];
    for (int i = 0; i < 16; i++) {
        w[i] = load64be(p + 8 * i);
    }
#pragma clang loop unroll(disable)
    for (int i = 16; i < 80; i++) {
        u64 a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (ror64(a, 1) ^ ror64(a, 8) ^ a >> 7) + w[i - 7] + (ror64(b, 19) ^ ror64(b, 61) ^ b >> 6);
    }
    copy(s, h, 64);
#pragma clang loop unroll(disable)
    for (int i = 0; i < 80; i++) {
        u64 e = s[4], a = s[0];
        u64 t = s[7] + (ror64(e, 14) ^ ror64(e, 18) ^ ror64(e, 41)) + ((e & s[5]) ^ (~e & s[6])) + SHA512_K[i] + w[i];
        u64 u = (ror64(a, 28) ^ ror64(a, 34) ^ ror64(a, 39)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        s[7] = s[6], s[6] = s[5], s[5] = e, s[4] = s[3] + t, s[3] = s[2], s[2] = s[1], s[1] = a, s[0] = t + u;
    }
    for (int i = 0; i < 8; i++) {
        h[i] += s[i];
    }
}

static void sha512_begin(sha512 *hash) {
    static const u64 first[8] = {0x6a09e667f3bcc908ull, 0xbb67ae8584caa73bull, 0x3c6ef372fe94f82bull, 0xa54ff53a5f1d36f1ull, 0x510e527fade682d1ull, 0x9b05688c2b3e6c1full, 0x1f83d9abfb41bd6bull, 0x5be0cd19137e2179ull};
    copy(hash->h, first, 64);
    hash->size = 0;
}

static SEPARATE void sha512_add(sha512 *hash, const u8 *data, u32 size) {
    u32 held = (u32)(hash->size % 128);
    hash->size += size;
    while (held + size >= 128) {
        u32 step = 128 - held;
        if (held == 0) {
            sha512_block(hash->h, data);
        } else {
            copy(hash->tail + held, data, step);
            sha512_block(hash->h, hash->tail);
            held = 0;
        }
        data += step;
        size -= step;
    }
    copy(hash->tail + held, data, size);
}

static SEPARATE void sha512_end(sha512 *hash, u8 *out) {
    u64 bits = hash->size * 8;
    u32 held = (u32)(hash->size % 128);
    hash->tail[held++] = 0x80;
    if (held > 112) {
        __builtin_memset(hash->tail + held, 0, 128 - held);
        sha512_block(hash->h, hash->tail);
        held = 0;
    }
    __builtin_memset(hash->tail + held, 0, 128 - held);
    for (u32 i = 0; i < 8; i++) {
        hash->tail[127 - i] = (u8)(bits >> (8 * i));
    }
    sha512_block(hash->h, hash->tail);
    for (u32 i = 0; i < 64; i++) {
        out[i] = (u8)(hash->h[i / 8] >> (56 - 8 * (i % 8)));
    }
}

#endif
