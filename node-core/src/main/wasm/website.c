/*
 * A web application of one writer. The highest version wins.
 * Parameters: the writer's Ed25519 key, 32 bytes, then a name of any length.
 * State, in the layout that a node serves as a web application: the size of the metadata, 8 bytes big-endian; the metadata,
 * which are the version, 4 bytes big-endian and not zero, and a signature, 64 bytes; the size of the archive, 8 bytes
 * big-endian; the archive. Empty before the first update. The contract does not read the archive.
 * The signature covers "tributary/website/1", the SHA-256 of the parameters, the version, the archive.
 * If the writer signed two archives with the same version, the greater one wins, compared byte by byte.
 * Summary: the metadata.
 * Delta: the state.
 */
#include "signed.h"

#define VERSION 4
#define METADATA (VERSION + SIGNATURE)
#define HEAD (8 + METADATA + 8)

static const u8 *metadata(bytes state) {
    return state.data + 8;
}

static bytes archive(bytes state) {
    return (bytes){state.data + HEAD, state.size - HEAD};
}

/* Null if the state has the layout of a web application, else the reason why it does not. */
static const char *misshape(bytes state) {
    if (state.size < HEAD || load64be(state.data) != METADATA) {
        return "a website begins with the number 68, 8 bytes, then version and signature, 68 bytes";
    }
    if (load64be(state.data + 8 + METADATA) != state.size - HEAD) {
        return "after the signature come the archive's size, 8 bytes, and exactly the archive";
    }
    return load32be(metadata(state)) == 0 ? "versions begin at 1" : 0;
}

/* Null if the state is a valid website of the writer, else the reason why it is not. */
static const char *flaw(bytes parameters, bytes state) {
    if (parameters.size < KEY) {
        return "the parameters begin with a key of 32 bytes";
    }
    const char *wrong = misshape(state);
    if (wrong) {
        return wrong;
    }
    return is_signed(TEXT("tributary/website/1"), parameters, parameters.data, metadata(state) + VERSION,
                     (bytes){metadata(state), VERSION}, archive(state))
               ? 0
               : "the signature is not the writer's";
}

static i64 flawed(u32 kind, u32 tag, const char *text) {
    u32 size = 0;
    while (text[size]) {
        size++;
    }
    return error(kind, tag, (bytes){(const u8 *)text, size});
}

static int order(bytes left, bytes right) {
    int versions = compare(metadata(left), metadata(right), VERSION);
    if (versions != 0) {
        return versions;
    }
    int archives = compare_bytes(archive(left), archive(right));
    return archives != 0 ? archives : compare(metadata(left), metadata(right), METADATA);
}

i64 EXPORT(validate_state)(i64 p, i64 s, i64 r) {
    bytes parameters = argument(p), state = argument(s);
    const char *wrong = state.size == 0 ? 0 : flaw(parameters, state);
    return wrong ? flawed(KIND_VALIDATE, ERROR_OTHER, wrong) : verdict(0);
}

i64 EXPORT(update_state)(i64 p, i64 s, i64 u) {
    bytes parameters = argument(p), state = argument(s), best = state;
    updates all;
    update next;
    if (!open_updates(&all, argument(u))) {
        return error(KIND_UPDATE, ERROR_DESER, TEXT("updates of a website"));
    }
    int more;
    while ((more = next_update(&all, &next)) > 0) {
        bytes other = brought(&next);
        if (other.size == 0) {
            continue;
        }
        const char *wrong = misshape(other);
        if (!wrong && (best.size < HEAD || order(other, best) > 0)) {
            wrong = flaw(parameters, other);
            best = other;
        }
        if (wrong) {
            return flawed(KIND_UPDATE, ERROR_INVALID_UPDATE_WITH, wrong);
        }
    }
    if (more < 0) {
        return error(KIND_UPDATE, ERROR_DESER, TEXT("updates of a website"));
    }
    return best.data == state.data ? unchanged() : new_state(best);
}

i64 EXPORT(summarize_state)(i64 p, i64 s) {
    bytes state = argument(s);
    return ok_bytes(KIND_SUMMARY, state.size < HEAD ? (bytes){0, 0} : (bytes){metadata(state), METADATA});
}

i64 EXPORT(get_state_delta)(i64 p, i64 s, i64 y) {
    bytes state = argument(s), summary = argument(y);
    if (summary.size != 0 && summary.size != METADATA) {
        return error(KIND_DELTA, ERROR_OTHER, TEXT("the summary of a website has 68 bytes, or none"));
    }
    int known = summary.size == METADATA && state.size >= HEAD &&
                (compare(summary.data, metadata(state), VERSION) > 0 ||
                 compare(summary.data, metadata(state), METADATA) == 0);
    return ok_bytes(KIND_DELTA, known ? (bytes){0, 0} : state);
}
