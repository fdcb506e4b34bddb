/*
 * What the signed contracts share. A signature covers the kind of contract, the SHA-256 of the contract's parameters, and
 * the signed data, so it is valid for one contract only.
 */
#ifndef SIGNED_H
#define SIGNED_H

#include "monocypher-ed25519.h"
#include "sha256.h"

#define KEY 32
#define SIGNATURE 64

/* The y coordinates, little-endian, of the eight points whose order divides 8. */
static const u8 SMALL_ORDER[5][32] = {
    {0x01},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0x00},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
     0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
     0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a}};

/*
 * False if the encoded point has a small order, or if its y is not below p = 2^255 - 19. Monocypher accepts both. A key of
 * small order would accept signatures of any message, and a point must have one encoding only. The other non-canonical
 * encoding, x = 0 with a sign, occurs only in points of small order.
 */
static int is_strict_point(const u8 *encoded) {
    u8 y[32];
    copy(y, encoded, 32);
    y[31] &= 0x7f;
    for (int i = 0; i < 5; i++) {
        if (compare(y, SMALL_ORDER[i], 32) == 0) {
            return 0;
        }
    }
    int ones = y[31] == 0x7f;
    for (int i = 1; i < 31; i++) {
        ones &= y[i] == 0xff;
    }
    return !ones || y[0] < 0xed;
}

/* True if the signature is an Ed25519 signature (RFC 8032) of the concatenated pieces with this key. */
static int verify(const u8 *key, const u8 *signature, const bytes *pieces, int count) {
    u8 digest[64], reduced[32];
    crypto_sha512_ctx hash;
    if (!is_strict_point(key) || !is_strict_point(signature)) {
        return 0;
    }
    crypto_sha512_init(&hash);
    crypto_sha512_update(&hash, signature, 32);
    crypto_sha512_update(&hash, key, KEY);
    for (int i = 0; i < count; i++) {
        crypto_sha512_update(&hash, pieces[i].data, pieces[i].size);
    }
    crypto_sha512_final(&hash, digest);
    crypto_eddsa_reduce(reduced, digest);
    return crypto_eddsa_check_equation(signature, key, reduced) == 0;
}

/* True if the owner of the key signed these two pieces for the contract with these parameters. */
static int is_signed(bytes kind, bytes parameters, const u8 *key, const u8 *signature, bytes first, bytes second) {
    static u8 hash[32];
    static int hashed;
    if (!hashed) {
        /* One hash is enough: the node makes an instance for each call, and a call has one contract's parameters. */
        sha256(parameters.data, parameters.size, hash);
        hashed = 1;
    }
    bytes pieces[4] = {kind, {hash, 32}, first, second};
    return verify(key, signature, pieces, 4);
}

/* The state or delta of an update; empty if the update is about a related contract. */
static bytes brought(const update *change) {
    return change->tag == UPDATE_DELTA ? change->delta : change->tag <= UPDATE_BOTH ? change->state : (bytes){0, 0};
}

static int compare_bytes(bytes left, bytes right) {
    u32 shared = left.size < right.size ? left.size : right.size;
    int order = compare(left.data, right.data, shared);
    return order != 0 ? order : left.size == right.size ? 0 : left.size < right.size ? -1 : 1;
}

#endif
