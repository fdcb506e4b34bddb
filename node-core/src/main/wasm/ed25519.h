/*
 * Ed25519 signatures, verification only (RFC 8032). Nothing here is secret, so nothing needs to run in constant time.
 * A number modulo p = 2^255 - 19 is ten limbs of 26 and 25 bits in turn, which may be negative and a little too large.
 */
#ifndef ED25519_H
#define ED25519_H

#include "sha2.h"

typedef struct {
    i64 v[10];
} fe;

typedef struct {
    fe x, y, z, t;
} point;

static const u8 P25519[32] = {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                              0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
static const u8 ORDER[32] = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10};
static const u8 D2[32] = {
    0x59, 0xf1, 0xb2, 0x26, 0x94, 0x9b, 0xd6, 0xeb, 0x56, 0xb1, 0x83, 0x82, 0x9a, 0x14, 0xe0, 0x00,
    0x30, 0xd1, 0xf3, 0xee, 0xf2, 0x80, 0x8e, 0x19, 0xe7, 0xfc, 0xdf, 0x56, 0xdc, 0xd9, 0x06, 0x24};
static const u8 D[32] = {
    0xa3, 0x78, 0x59, 0x13, 0xca, 0x4d, 0xeb, 0x75, 0xab, 0xd8, 0x41, 0x41, 0x4d, 0x0a, 0x70, 0x00,
    0x98, 0xe8, 0x79, 0x77, 0x79, 0x40, 0xc7, 0x8c, 0x73, 0xfe, 0x6f, 0x2b, 0xee, 0x6c, 0x03, 0x52};
static const u8 ROOT_OF_MINUS_ONE[32] = {
    0xb0, 0xa0, 0x0e, 0x4a, 0x27, 0x1b, 0xee, 0xc4, 0x78, 0xe4, 0x2f, 0xad, 0x06, 0x18, 0x43, 0x2f,
    0xa7, 0xd7, 0xfb, 0x3d, 0x99, 0x00, 0x4d, 0x2b, 0x0b, 0xdf, 0xc1, 0x4f, 0x80, 0x24, 0x83, 0x2b};
static const u8 BASE_X[32] = {
    0x1a, 0xd5, 0x25, 0x8f, 0x60, 0x2d, 0x56, 0xc9, 0xb2, 0xa7, 0x25, 0x95, 0x60, 0xc7, 0x2c, 0x69,
    0x5c, 0xdc, 0xd6, 0xfd, 0x31, 0xe2, 0xa4, 0xc0, 0xfe, 0x53, 0x6e, 0xcd, 0xd3, 0x36, 0x69, 0x21};
static const u8 BASE_Y[32] = {
    0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
    0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66};

static int limb_bits(int i) {
    return i & 1 ? 25 : 26;
}

static fe fe_of(u32 small) {
    fe made = {{small}};
    return made;
}

/* Brings every limb back into its range, give or take one bit. */
static void fe_carry(fe *a) {
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 10; i++) {
            int bits = limb_bits(i);
            i64 carry = (a->v[i] + (1ll << (bits - 1))) >> bits;
            a->v[i] -= carry * (1ll << bits);
            a->v[i == 9 ? 0 : i + 1] += i == 9 ? 19 * carry : carry;
        }
    }
}

static void fe_add(fe *out, const fe *a, const fe *b) {
    for (int i = 0; i < 10; i++) {
        out->v[i] = a->v[i] + b->v[i];
    }
}

static void fe_sub(fe *out, const fe *a, const fe *b) {
    for (int i = 0; i < 10; i++) {
        out->v[i] = a->v[i] - b->v[i];
    }
}

/* Carries sums of products and stores them. */
static __attribute__((always_inline)) void fe_settle(fe *out, i64 h0, i64 h1, i64 h2, i64 h3, i64 h4, i64 h5, i64 h6, i64 h7,
                                                     i64 h8, i64 h9) {
    i64 c;
#define CARRY(from, to, bits) c = (from + (1ll << (bits - 1))) >> bits, to += c, from -= c * (1ll << bits)
    CARRY(h0, h1, 26), CARRY(h4, h5, 26);
    CARRY(h1, h2, 25), CARRY(h5, h6, 25);
    CARRY(h2, h3, 26), CARRY(h6, h7, 26);
    CARRY(h3, h4, 25), CARRY(h7, h8, 25);
    CARRY(h4, h5, 26), CARRY(h8, h9, 26);
    c = (h9 + (1ll << 24)) >> 25, h0 += 19 * c, h9 -= c * (1ll << 25);
    CARRY(h0, h1, 26);
#undef CARRY
    *out = (fe){{h0, h1, h2, h3, h4, h5, h6, h7, h8, h9}};
}

/*
 * Limbs of up to 28 bits: ten products of 56 bits and a factor of 38 stay below 64 bits. Written out, since limbs that are
 * in an array are in memory, where every access costs a check.
 */
static SEPARATE void fe_mul(fe *out, const fe *a, const fe *b) {
    i64 a0 = a->v[0], a1 = a->v[1], a2 = a->v[2], a3 = a->v[3], a4 = a->v[4];
    i64 a5 = a->v[5], a6 = a->v[6], a7 = a->v[7], a8 = a->v[8], a9 = a->v[9];
    i64 b0 = b->v[0], b1 = b->v[1], b2 = b->v[2], b3 = b->v[3], b4 = b->v[4];
    i64 b5 = b->v[5], b6 = b->v[6], b7 = b->v[7], b8 = b->v[8], b9 = b->v[9];
    i64 c1 = 19 * b1, c2 = 19 * b2, c3 = 19 * b3, c4 = 19 * b4, c5 = 19 * b5;
    i64 c6 = 19 * b6, c7 = 19 * b7, c8 = 19 * b8, c9 = 19 * b9;
    i64 d1 = 2 * a1, d3 = 2 * a3, d5 = 2 * a5, d7 = 2 * a7, d9 = 2 * a9;
    i64 h0 = a0 * b0 + d1 * c9 + a2 * c8 + d3 * c7 + a4 * c6 +
             d5 * c5 + a6 * c4 + d7 * c3 + a8 * c2 + d9 * c1;
    i64 h1 = a0 * b1 + a1 * b0 + a2 * c9 + a3 * c8 + a4 * c7 +
             a5 * c6 + a6 * c5 + a7 * c4 + a8 * c3 + a9 * c2;
    i64 h2 = a0 * b2 + d1 * b1 + a2 * b0 + d3 * c9 + a4 * c8 +
             d5 * c7 + a6 * c6 + d7 * c5 + a8 * c4 + d9 * c3;
    i64 h3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + a4 * c9 +
             a5 * c8 + a6 * c7 + a7 * c6 + a8 * c5 + a9 * c4;
    i64 h4 = a0 * b4 + d1 * b3 + a2 * b2 + d3 * b1 + a4 * b0 +
             d5 * c9 + a6 * c8 + d7 * c7 + a8 * c6 + d9 * c5;
    i64 h5 = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 +
             a5 * b0 + a6 * c9 + a7 * c8 + a8 * c7 + a9 * c6;
    i64 h6 = a0 * b6 + d1 * b5 + a2 * b4 + d3 * b3 + a4 * b2 +
             d5 * b1 + a6 * b0 + d7 * c9 + a8 * c8 + d9 * c7;
    i64 h7 = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 +
             a5 * b2 + a6 * b1 + a7 * b0 + a8 * c9 + a9 * c8;
    i64 h8 = a0 * b8 + d1 * b7 + a2 * b6 + d3 * b5 + a4 * b4 +
             d5 * b3 + a6 * b2 + d7 * b1 + a8 * b0 + d9 * c9;
    i64 h9 = a0 * b9 + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 +
             a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 + a9 * b0;
    fe_settle(out, h0, h1, h2, h3, h4, h5, h6, h7, h8, h9);
}

static SEPARATE void fe_square(fe *out, const fe *a) {
    i64 a0 = a->v[0], a1 = a->v[1], a2 = a->v[2], a3 = a->v[3], a4 = a->v[4];
    i64 a5 = a->v[5], a6 = a->v[6], a7 = a->v[7], a8 = a->v[8], a9 = a->v[9];
    i64 d0 = 2 * a0, d1 = 2 * a1, d2 = 2 * a2, d3 = 2 * a3, d4 = 2 * a4, d5 = 2 * a5, d6 = 2 * a6, d7 = 2 * a7, d8 = 2 * a8, d9 = 2 * a9;
    i64 c5 = 19 * a5, c6 = 19 * a6, c7 = 19 * a7, c8 = 19 * a8, c9 = 19 * a9;
    i64 h0 = a0 * a0 + 2 * d1 * c9 + d2 * c8 + 2 * d3 * c7 + d4 * c6 + d5 * c5;
    i64 h1 = d0 * a1 + d2 * c9 + d3 * c8 + d4 * c7 + d5 * c6;
    i64 h2 = d0 * a2 + d1 * a1 + 2 * d3 * c9 + d4 * c8 + 2 * d5 * c7 + a6 * c6;
    i64 h3 = d0 * a3 + d1 * a2 + d4 * c9 + d5 * c8 + d6 * c7;
    i64 h4 = d0 * a4 + 2 * d1 * a3 + a2 * a2 + 2 * d5 * c9 + d6 * c8 + d7 * c7;
    i64 h5 = d0 * a5 + d1 * a4 + d2 * a3 + d6 * c9 + d7 * c8;
    i64 h6 = d0 * a6 + 2 * d1 * a5 + d2 * a4 + d3 * a3 + 2 * d7 * c9 + a8 * c8;
    i64 h7 = d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4 + d8 * c9;
    i64 h8 = d0 * a8 + 2 * d1 * a7 + d2 * a6 + 2 * d3 * a5 + a4 * a4 + d9 * c9;
    i64 h9 = d0 * a9 + d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5;
    fe_settle(out, h0, h1, h2, h3, h4, h5, h6, h7, h8, h9);
}

static fe fe_load(const u8 *bytes) {
    fe made;
    int at = 0;
    for (int i = 0; i < 10; i++) {
        int bits = limb_bits(i);
        u64 window = 0;
        for (int k = 0; k < 5 && at / 8 + k < 32; k++) {
            window |= (u64)bytes[at / 8 + k] << (8 * k);
        }
        made.v[i] = (i64)(window >> (at % 8) & ((1ull << bits) - 1));
        at += bits;
    }
    return made;
}

/* The one representation below p. */
static SEPARATE void fe_store(u8 *out, const fe *a) {
    fe t = *a;
    fe_carry(&t);
    fe_carry(&t);
    /* Add 2p, carry towards positive limbs, then subtract p for as long as it goes. */
    for (int i = 0; i < 10; i++) {
        t.v[i] += 2 * ((1ll << limb_bits(i)) - (i == 0 ? 19 : 1));
    }
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 10; i++) {
            int bits = limb_bits(i);
            i64 carry = t.v[i] >> bits;
            t.v[i] -= carry * (1ll << bits);
            t.v[i == 9 ? 0 : i + 1] += i == 9 ? 19 * carry : carry;
        }
    }
    __builtin_memset(out, 0, 32);
    int at = 0;
    for (int i = 0; i < 10; i++) {
        for (int bit = 0; bit < limb_bits(i); bit++, at++) {
            out[at / 8] |= (u8)((t.v[i] >> bit & 1) << (at % 8));
        }
    }
    u8 less[32];
    int borrow = 0;
    for (int i = 0; i < 32; i++) {
        int difference = out[i] - P25519[i] - borrow;
        borrow = difference < 0;
        less[i] = (u8)difference;
    }
    if (!borrow) {
        copy(out, less, 32);
    }
}

static int fe_equal(const fe *a, const fe *b) {
    u8 left[32], right[32];
    fe_store(left, a);
    fe_store(right, b);
    return compare(left, right, 32) == 0;
}

static SEPARATE void fe_squares(fe *a, int n) {
    for (int i = 0; i < n; i++) {
        fe_square(a, a);
    }
}

/* a squared n times, times b. */
static void fe_shift(fe *out, const fe *a, int n, const fe *b) {
    fe t = *a;
    fe_squares(&t, n);
    fe_mul(out, &t, b);
}

/* a^(2^252 - 3), which is (p - 5) / 8. From a5 on a name's number n means a^(2^n - 1). */
static SEPARATE void fe_root_power(fe *out, const fe *a) {
    fe a2, a9, a11, a5, a10, a20, a50, a100, t;
    fe_square(&a2, a);
    fe_shift(&a9, &a2, 2, a);
    fe_mul(&a11, &a9, &a2);
    fe_shift(&a5, &a11, 1, &a9);
    fe_shift(&a10, &a5, 5, &a5);
    fe_shift(&a20, &a10, 10, &a10);
    fe_shift(&t, &a20, 20, &a20);
    fe_shift(&a50, &t, 10, &a10);
    fe_shift(&a100, &a50, 50, &a50);
    fe_shift(&t, &a100, 100, &a100);
    fe_shift(&t, &t, 50, &a50);
    fe_shift(out, &t, 2, a);
}

/* ---- the curve -x^2 + y^2 = 1 + d x^2 y^2, in extended coordinates ---- */

/* A point made ready for being added often. */
typedef struct {
    fe minus, plus, z2, t2d;
} addend;

static void point_ready(addend *out, const point *p) {
    fe d2 = fe_load(D2);
    fe_sub(&out->minus, &p->y, &p->x);
    fe_add(&out->plus, &p->y, &p->x);
    fe_add(&out->z2, &p->z, &p->z);
    fe_mul(&out->t2d, &p->t, &d2);
}

static SEPARATE void point_add(point *out, const point *p, const addend *q) {
    fe a, b, c, d, e, f, g, h;
    fe_sub(&a, &p->y, &p->x);
    fe_mul(&a, &a, &q->minus);
    fe_add(&b, &p->y, &p->x);
    fe_mul(&b, &b, &q->plus);
    fe_mul(&c, &p->t, &q->t2d);
    fe_mul(&d, &p->z, &q->z2);
    fe_sub(&e, &b, &a);
    fe_sub(&f, &d, &c);
    fe_add(&g, &d, &c);
    fe_add(&h, &b, &a);
    fe_mul(&out->x, &e, &f);
    fe_mul(&out->y, &g, &h);
    fe_mul(&out->z, &f, &g);
    fe_mul(&out->t, &e, &h);
}

static SEPARATE void point_double(point *out, const point *p) {
    fe a, b, c, e, f, g, h;
    fe_square(&a, &p->x);
    fe_square(&b, &p->y);
    fe_square(&c, &p->z);
    fe_add(&c, &c, &c);
    fe_add(&h, &a, &b);
    fe_add(&e, &p->x, &p->y);
    fe_square(&e, &e);
    fe_sub(&e, &h, &e);
    fe_sub(&g, &a, &b);
    fe_add(&f, &c, &g);
    fe_carry(&f);
    fe_mul(&out->x, &e, &f);
    fe_mul(&out->y, &g, &h);
    fe_mul(&out->z, &f, &g);
    fe_mul(&out->t, &e, &h);
}

/* The point of a public key, with x negated: what verification needs of it. 0 if there is none. */
static SEPARATE int point_load_negated(point *out, const u8 *key) {
    u8 y[32];
    fe u, v, v3, x, check, one = fe_of(1);
    copy(y, key, 32);
    int sign = y[31] >> 7;
    y[31] &= 0x7f;
    for (int i = 31; i >= 0; i--) {
        if (y[i] != P25519[i]) {
            if (y[i] > P25519[i]) {
                return 0;
            }
            break;
        }
        if (i == 0) {
            return 0;
        }
    }
    out->y = fe_load(y);
    out->z = one;
    /* x^2 = u / v with u = y^2 - 1, v = d y^2 + 1; x = u v^3 (u v^7)^((p-5)/8). */
    fe d = fe_load(D);
    fe_square(&u, &out->y);
    fe_mul(&v, &u, &d);
    fe_sub(&u, &u, &one);
    fe_add(&v, &v, &one);
    fe_square(&v3, &v);
    fe_mul(&v3, &v3, &v);
    fe_square(&x, &v3);
    fe_mul(&x, &x, &v);
    fe_mul(&x, &x, &u);
    fe_root_power(&x, &x);
    fe_mul(&x, &x, &v3);
    fe_mul(&x, &x, &u);
    fe_square(&check, &x);
    fe_mul(&check, &check, &v);
    if (!fe_equal(&check, &u)) {
        fe zero = fe_of(0), minus;
        fe_sub(&minus, &zero, &u);
        if (!fe_equal(&check, &minus)) {
            return 0;
        }
        fe root = fe_load(ROOT_OF_MINUS_ONE);
        fe_mul(&x, &x, &root);
    }
    u8 bytes_of_x[32];
    fe_store(bytes_of_x, &x);
    int zero_x = 1;
    for (int i = 0; i < 32; i++) {
        zero_x &= bytes_of_x[i] == 0;
    }
    if (zero_x && sign) {
        return 0;
    }
    if ((bytes_of_x[0] & 1) == sign) {
        fe zero = fe_of(0);
        fe_sub(&x, &zero, &x);
        fe_carry(&x);
    }
    out->x = x;
    fe_mul(&out->t, &out->x, &out->y);
    return 1;
}

/* ---- scalars ---- */

static int below_order(const u8 *s) {
    for (int i = 31; i >= 0; i--) {
        if (s[i] != ORDER[i]) {
            return s[i] < ORDER[i];
        }
    }
    return 0;
}

/* 64 bytes modulo the order, bit by bit from the top: slow beside nothing here. */
static SEPARATE void reduce(u8 *out, const u8 *wide) {
    u32 r[9] = {0}, order[9] = {0};
    for (int i = 0; i < 8; i++) {
        order[i] = load32le(ORDER + 4 * i);
    }
    for (int bit = 511; bit >= 0; bit--) {
        u32 carry = wide[bit / 8] >> (bit % 8) & 1;
        for (int i = 0; i < 9; i++) {
            u32 top = r[i] >> 31;
            r[i] = r[i] << 1 | carry;
            carry = top;
        }
        u32 t[9];
        i64 borrow = 0;
        for (int i = 0; i < 9; i++) {
            borrow += (i64)r[i] - order[i];
            t[i] = (u32)borrow;
            borrow >>= 32;
        }
        if (borrow == 0) {
            copy(r, t, sizeof t);
        }
    }
    copy(out, r, 32);
}

/* Whether the signature of 64 bytes is the key's, over the pieces one after the other. */
static SEPARATE int verify(const u8 *key, const u8 *signature, const bytes *pieces, int count) {
    point a, base, both, sum;
    addend ready_a, ready_base, ready_both;
    u8 digest[64], h[32], encoded[32];
    if (!below_order(signature + 32) || !point_load_negated(&a, key)) {
        return 0;
    }
    sha512 hash;
    sha512_begin(&hash);
    sha512_add(&hash, signature, 32);
    sha512_add(&hash, key, 32);
    for (int i = 0; i < count; i++) {
        sha512_add(&hash, pieces[i].data, pieces[i].size);
    }
    sha512_end(&hash, digest);
    reduce(h, digest);
    base.x = fe_load(BASE_X);
    base.y = fe_load(BASE_Y);
    base.z = fe_of(1);
    fe_mul(&base.t, &base.x, &base.y);
    point_ready(&ready_a, &a);
    point_ready(&ready_base, &base);
    point_add(&both, &base, &ready_a);
    point_ready(&ready_both, &both);
    /* S B - h A, doubling once for both. */
    sum.x = fe_of(0);
    sum.y = fe_of(1);
    sum.z = fe_of(1);
    sum.t = fe_of(0);
    for (int bit = 252; bit >= 0; bit--) {
        int s = signature[32 + bit / 8] >> (bit % 8) & 1, m = h[bit / 8] >> (bit % 8) & 1;
        point_double(&sum, &sum);
        if (s || m) {
            point_add(&sum, &sum, s && m ? &ready_both : s ? &ready_base : &ready_a);
        }
    }
    /* Encode: divide by z, which is z^(p-2) = (z^((p-5)/8))^8 * z^3. */
    fe inverse, z3, x, y;
    fe_root_power(&inverse, &sum.z);
    fe_squares(&inverse, 3);
    fe_square(&z3, &sum.z);
    fe_mul(&z3, &z3, &sum.z);
    fe_mul(&inverse, &inverse, &z3);
    fe_mul(&x, &sum.x, &inverse);
    fe_mul(&y, &sum.y, &inverse);
    fe_store(encoded, &x);
    u8 sign = (u8)(encoded[0] << 7);
    fe_store(encoded, &y);
    encoded[31] |= sign;
    return compare(encoded, signature, 32) == 0;
}

#endif
