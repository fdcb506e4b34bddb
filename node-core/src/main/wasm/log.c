/*
 * A log of one writer that keeps its newest entries.
 * Parameters: the writer's Ed25519 key, 32 bytes; the maximum number of entries, 1 to 256, 4 bytes big-endian; the maximum
 * length of an entry's text, up to 65536 bytes, 4 bytes big-endian; then a name of any length.
 * State: entries in ascending order of their numbers. An entry is its number, 8 bytes big-endian; a signature, 64 bytes;
 * the length of the text, 4 bytes big-endian; the text. Numbers need not be consecutive.
 * The signature covers "tributary/log/1", the SHA-256 of the parameters, the number, the text.
 * If the writer signed two texts with the same number, the longer one wins; of equally long ones, the greater one.
 * Summary: for each entry its number and the first 16 bytes of its signature.
 * Delta: the entries that the summary lacks.
 */
#include "signed.h"

#define SETTINGS (KEY + 8)
#define HEAD (8 + SIGNATURE + 4)
#define DIGEST (8 + 16)

typedef struct {
    const u8 *at;
    u32 size;
} entry;

typedef struct {
    entry *items;
    u32 count;
} entries;

static u64 number(entry e) {
    return load64be(e.at);
}

/* Reads the entries. Returns 0 if they are malformed, not in ascending order, or beyond the limits of the parameters. */
static int read_entries(bytes parameters, bytes encoded, entries *out) {
    u32 most = load32be(parameters.data + KEY), longest = load32be(parameters.data + KEY + 4);
    u32 room = encoded.size / HEAD < most ? encoded.size / HEAD : most;
    out->items = allocate(room * sizeof(entry));
    out->count = 0;
    while (encoded.size != 0) {
        if (encoded.size < HEAD || out->count == room) {
            return 0;
        }
        u32 size = load32be(encoded.data + HEAD - 4);
        if (size > longest || size > encoded.size - HEAD) {
            return 0;
        }
        entry next = {encoded.data, HEAD + size};
        if (out->count != 0 && number(out->items[out->count - 1]) >= number(next)) {
            return 0;
        }
        out->items[out->count++] = next;
        encoded.data += next.size;
        encoded.size -= next.size;
    }
    return 1;
}

static int settings(bytes parameters) {
    if (parameters.size < SETTINGS) {
        return 0;
    }
    u32 most = load32be(parameters.data + KEY), longest = load32be(parameters.data + KEY + 4);
    return most >= 1 && most <= 256 && longest <= 65536;
}

static int genuine(bytes parameters, entry e) {
    return is_signed(TEXT("tributary/log/1"), parameters, parameters.data, e.at + 8, (bytes){e.at, 8},
                     (bytes){e.at + HEAD, e.size - HEAD});
}

static int order(entry left, entry right) {
    if (left.size != right.size) {
        return left.size < right.size ? -1 : 1;
    }
    int texts = compare(left.at + HEAD, right.at + HEAD, left.size - HEAD);
    return texts != 0 ? texts : compare(left.at + 8, right.at + 8, SIGNATURE);
}

#define SETTINGS_TEXT TEXT("the parameters are a key, the number of entries and their length")

i64 EXPORT(validate_state)(i64 p, i64 s, i64 r) {
    bytes parameters = argument(p), state = argument(s);
    entries all;
    if (!settings(parameters)) {
        return error(KIND_VALIDATE, ERROR_OTHER, SETTINGS_TEXT);
    }
    if (!read_entries(parameters, state, &all)) {
        return error(KIND_VALIDATE, ERROR_OTHER, TEXT("the state is not a list of ascending entries within the limits"));
    }
    for (u32 i = 0; i < all.count; i++) {
        if (!genuine(parameters, all.items[i])) {
            return error(KIND_VALIDATE, ERROR_OTHER, TEXT("a signature is not the writer's"));
        }
    }
    return verdict(0);
}

/*
 * Writes the newest entries of both sides to out. Verifies only the entries that it takes from the right side, and returns
 * 0 if the signature of one is wrong.
 */
static int join(bytes parameters, entries left, entries right, entries *out, int *changed) {
    u32 most = load32be(parameters.data + KEY), l = left.count, r = right.count, kept = 0;
    entry *items = allocate(most * sizeof(entry));
    while (kept < most && (l > 0 || r > 0)) {
        int same = l > 0 && r > 0 && number(left.items[l - 1]) == number(right.items[r - 1]);
        int theirs = r > 0 && (l == 0 || number(right.items[r - 1]) > number(left.items[l - 1]) ||
                               (same && order(right.items[r - 1], left.items[l - 1]) > 0));
        if (theirs && !genuine(parameters, right.items[r - 1])) {
            return 0;
        }
        *changed |= theirs;
        items[kept++] = theirs ? right.items[r - 1] : left.items[l - 1];
        l -= same || !theirs;
        r -= same || theirs;
    }
    for (u32 i = 0; i < kept / 2; i++) {
        entry swapped = items[i];
        items[i] = items[kept - 1 - i];
        items[kept - 1 - i] = swapped;
    }
    *out = (entries){items, kept};
    return 1;
}

static bytes encode(entries all) {
    u32 size = 0;
    for (u32 i = 0; i < all.count; i++) {
        size += all.items[i].size;
    }
    writer out = open_writer(size);
    for (u32 i = 0; i < all.count; i++) {
        put(&out, all.items[i].at, all.items[i].size);
    }
    return (bytes){out.data, out.size};
}

i64 EXPORT(update_state)(i64 p, i64 s, i64 u) {
    bytes parameters = argument(p), state = argument(s);
    entries held, other;
    updates all;
    update next;
    int changed = 0;
    if (!settings(parameters)) {
        return error(KIND_UPDATE, ERROR_OTHER, SETTINGS_TEXT);
    }
    if (!read_entries(parameters, state, &held) || !open_updates(&all, argument(u))) {
        return error(KIND_UPDATE, ERROR_DESER, TEXT("state and updates of a log"));
    }
    int more;
    while ((more = next_update(&all, &next)) > 0) {
        if (!read_entries(parameters, brought(&next), &other)) {
            return error(KIND_UPDATE, ERROR_INVALID_UPDATE_WITH, TEXT("not a list of ascending entries within the limits"));
        }
        if (!join(parameters, held, other, &held, &changed)) {
            return error(KIND_UPDATE, ERROR_INVALID_UPDATE_WITH, TEXT("a signature is not the writer's"));
        }
    }
    if (more < 0) {
        return error(KIND_UPDATE, ERROR_DESER, TEXT("updates of a log"));
    }
    return changed ? new_state(encode(held)) : unchanged();
}

i64 EXPORT(summarize_state)(i64 p, i64 s) {
    bytes parameters = argument(p), state = argument(s);
    entries all;
    if (!settings(parameters) || !read_entries(parameters, state, &all)) {
        return error(KIND_SUMMARY, ERROR_INVALID_STATE, SETTINGS_TEXT);
    }
    writer out = open_writer(all.count * DIGEST);
    for (u32 i = 0; i < all.count; i++) {
        put(&out, all.items[i].at, DIGEST);
    }
    return ok_bytes(KIND_SUMMARY, (bytes){out.data, out.size});
}

i64 EXPORT(get_state_delta)(i64 p, i64 s, i64 y) {
    bytes parameters = argument(p), state = argument(s), summary = argument(y);
    entries all;
    if (!settings(parameters) || !read_entries(parameters, state, &all)) {
        return error(KIND_DELTA, ERROR_INVALID_STATE, SETTINGS_TEXT);
    }
    if (summary.size % DIGEST != 0) {
        return error(KIND_DELTA, ERROR_OTHER, TEXT("the summary of a log is digests of 24 bytes"));
    }
    u32 known = summary.size / DIGEST, at = 0, kept = 0;
    int full = known >= load32be(parameters.data + KEY);
    for (u32 i = 0; i < all.count; i++) {
        entry e = all.items[i];
        while (at < known && compare(summary.data + at * DIGEST, e.at, 8) < 0) {
            at++;
        }
        int has = at < known && compare(summary.data + at * DIGEST, e.at, DIGEST) == 0;
        /* A full log would drop an entry that is older than all of its own. */
        int dropped = full && at == 0 && compare(e.at, summary.data, 8) < 0;
        if (!has && !dropped) {
            all.items[kept++] = e;
        }
    }
    all.count = kept;
    return ok_bytes(KIND_DELTA, encode(all));
}
