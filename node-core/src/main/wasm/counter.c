/*
 * A counter with one slot for each of its writers. The value is the sum of the slots.
 * Parameters: the number of writers, 1 to 256, 2 bytes big-endian; their Ed25519 keys, 32 bytes each; then a name of any
 * length.
 * State: slots in ascending order of their writers. A slot is the writer's index, counted from 0, 2 bytes big-endian; the
 * count, 8 bytes big-endian and not zero; a signature, 64 bytes.
 * The signature covers "tributary/counter/1", the SHA-256 of the parameters, the writer's index, the count.
 * The greater count of a writer wins.
 * Summary: for each slot the writer's index, the count, and the first 16 bytes of the signature.
 * Delta: the slots that are greater than those of the summary.
 */
#include "signed.h"

#define SLOT (10 + SIGNATURE)
#define DIGEST (10 + 16)

/* The number of writers; 0 if the parameters are malformed. */
static u32 writers(bytes parameters) {
    if (parameters.size < 2) {
        return 0;
    }
    u32 count = (u32)parameters.data[0] << 8 | parameters.data[1];
    return count <= 256 && parameters.size - 2 >= count * KEY ? count : 0;
}

static u32 writer_of(const u8 *slot) {
    return (u32)slot[0] << 8 | slot[1];
}

/* True if the state is a list of slots in ascending order, each of a writer in the parameters. */
static int well_formed(bytes parameters, bytes state) {
    if (state.size % SLOT != 0) {
        return 0;
    }
    u32 next = 0;
    for (u32 at = 0; at < state.size; at += SLOT) {
        u32 writer = writer_of(state.data + at);
        if (writer < next || writer >= writers(parameters) || load64be(state.data + at + 2) == 0) {
            return 0;
        }
        next = writer + 1;
    }
    return 1;
}

static int genuine(bytes parameters, const u8 *slot) {
    return is_signed(TEXT("tributary/counter/1"), parameters, parameters.data + 2 + writer_of(slot) * KEY, slot + 10,
                     (bytes){slot, 10}, (bytes){0, 0});
}

#define SETTINGS_TEXT TEXT("the parameters are the number of writers, 1 to 256, and their keys")

i64 EXPORT(validate_state)(i64 p, i64 s, i64 r) {
    bytes parameters = argument(p), state = argument(s);
    if (writers(parameters) == 0) {
        return error(KIND_VALIDATE, ERROR_OTHER, SETTINGS_TEXT);
    }
    if (!well_formed(parameters, state)) {
        return error(KIND_VALIDATE, ERROR_OTHER, TEXT("the state is not a list of ascending slots of 74 bytes"));
    }
    for (u32 at = 0; at < state.size; at += SLOT) {
        if (!genuine(parameters, state.data + at)) {
            return error(KIND_VALIDATE, ERROR_OTHER, TEXT("a signature is not its writer's"));
        }
    }
    return verdict(0);
}

/*
 * Writes the greater slot of each writer to out. Verifies only the slots that it takes from the right side, and returns 0
 * if the signature of one is wrong.
 */
static int join(bytes parameters, bytes left, bytes right, bytes *out, int *changed) {
    writer to = open_writer(writers(parameters) * SLOT);
    u32 l = 0, r = 0;
    while (l < left.size || r < right.size) {
        u32 ours = l < left.size ? writer_of(left.data + l) : ~0u, theirs = r < right.size ? writer_of(right.data + r) : ~0u;
        int take_right = theirs < ours || (theirs == ours && compare(right.data + r, left.data + l, SLOT) > 0);
        if (take_right && !genuine(parameters, right.data + r)) {
            return 0;
        }
        *changed |= take_right;
        put(&to, take_right ? right.data + r : left.data + l, SLOT);
        l += ours <= theirs ? SLOT : 0;
        r += theirs <= ours ? SLOT : 0;
    }
    *out = (bytes){to.data, to.size};
    return 1;
}

i64 EXPORT(update_state)(i64 p, i64 s, i64 u) {
    bytes parameters = argument(p), state = argument(s);
    updates all;
    update next;
    int changed = 0;
    if (writers(parameters) == 0) {
        return error(KIND_UPDATE, ERROR_OTHER, SETTINGS_TEXT);
    }
    if (!well_formed(parameters, state) || !open_updates(&all, argument(u))) {
        return error(KIND_UPDATE, ERROR_DESER, TEXT("state and updates of a counter"));
    }
    int more;
    while ((more = next_update(&all, &next)) > 0) {
        bytes other = brought(&next);
        if (!well_formed(parameters, other)) {
            return error(KIND_UPDATE, ERROR_INVALID_UPDATE_WITH, TEXT("not a list of ascending slots of 74 bytes"));
        }
        if (!join(parameters, state, other, &state, &changed)) {
            return error(KIND_UPDATE, ERROR_INVALID_UPDATE_WITH, TEXT("a signature is not its writer's"));
        }
    }
    if (more < 0) {
        return error(KIND_UPDATE, ERROR_DESER, TEXT("updates of a counter"));
    }
    return changed ? new_state(state) : unchanged();
}

i64 EXPORT(summarize_state)(i64 p, i64 s) {
    bytes parameters = argument(p), state = argument(s);
    if (!well_formed(parameters, state)) {
        return error(KIND_SUMMARY, ERROR_INVALID_STATE, SETTINGS_TEXT);
    }
    writer out = open_writer(state.size / SLOT * DIGEST);
    for (u32 at = 0; at < state.size; at += SLOT) {
        put(&out, state.data + at, DIGEST);
    }
    return ok_bytes(KIND_SUMMARY, (bytes){out.data, out.size});
}

i64 EXPORT(get_state_delta)(i64 p, i64 s, i64 y) {
    bytes parameters = argument(p), state = argument(s), summary = argument(y);
    if (!well_formed(parameters, state)) {
        return error(KIND_DELTA, ERROR_INVALID_STATE, SETTINGS_TEXT);
    }
    if (summary.size % DIGEST != 0) {
        return error(KIND_DELTA, ERROR_OTHER, TEXT("the summary of a counter is digests of 26 bytes"));
    }
    writer out = open_writer(state.size);
    u32 known = 0;
    for (u32 at = 0; at < state.size; at += SLOT) {
        const u8 *slot = state.data + at;
        while (known < summary.size && writer_of(summary.data + known) < writer_of(slot)) {
            known += DIGEST;
        }
        int same = known < summary.size && writer_of(summary.data + known) == writer_of(slot);
        if (!same || compare(slot, summary.data + known, DIGEST) > 0) {
            put(&out, slot, SLOT);
        }
    }
    return ok_bytes(KIND_DELTA, (bytes){out.data, out.size});
}
