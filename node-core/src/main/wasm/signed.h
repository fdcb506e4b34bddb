/* What the signed contracts share: what is signed begins with the kind of contract and the hash of all its parameters. */
#ifndef SIGNED_H
#define SIGNED_H

#include "ed25519.h"

#define KEY 32
#define SIGNATURE 64

/* Whether the key in the parameters signed these two pieces for this very contract. */
static int is_signed(bytes kind, bytes parameters, const u8 *key, const u8 *signature, bytes first, bytes second) {
    static u8 hash[32];
    static int hashed;
    if (!hashed) {
        /* Once a call: every call has an instance of its own, and one contract's parameters. */
        sha256(parameters.data, parameters.size, hash);
        hashed = 1;
    }
    bytes pieces[4] = {kind, {hash, 32}, first, second};
    return verify(key, signature, pieces, 4);
}

/* The state or delta that an update brings; empty for those about other contracts. */
static bytes brought(const update *change) {
    return change->tag == UPDATE_DELTA ? change->delta : change->tag <= UPDATE_BOTH ? change->state : (bytes){0, 0};
}

static int compare_bytes(bytes left, bytes right) {
    u32 shared = left.size < right.size ? left.size : right.size;
    int order = compare(left.data, right.data, shared);
    return order != 0 ? order : left.size == right.size ? 0 : left.size < right.size ? -1 : 1;
}

#endif
