/*
 * A document of one writer. The highest version wins.
 * Parameters: the writer's Ed25519 key, 32 bytes, then a name of any length.
 * State: the version, 8 bytes big-endian and not zero; a signature, 64 bytes; the content. Empty before the first update.
 * The signature covers "tributary/document/1", the SHA-256 of the parameters, the version, the content.
 * If the writer signed two contents with the same version, the greater one wins, compared byte by byte.
 * Summary: version and signature.
 * Delta: the state.
 */
#include "signed.h"

#define HEAD (8 + SIGNATURE)

static bytes content(bytes state) {
    return (bytes){state.data + HEAD, state.size - HEAD};
}

/* Null if the state is a valid document, else the reason why it is not. */
static const char *flaw(bytes parameters, bytes state) {
    if (parameters.size < KEY) {
        return "the parameters begin with a key of 32 bytes";
    }
    if (state.size < HEAD) {
        return "a document begins with version and signature, 72 bytes";
    }
    if (load64be(state.data) == 0) {
        return "versions begin at 1";
    }
    return is_signed(TEXT("tributary/document/1"), parameters, parameters.data, state.data + 8, (bytes){state.data, 8},
                     content(state))
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
    int versions = compare(left.data, right.data, 8);
    if (versions != 0) {
        return versions;
    }
    int contents = compare_bytes(content(left), content(right));
    return contents != 0 ? contents : compare(left.data + 8, right.data + 8, SIGNATURE);
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
        return error(KIND_UPDATE, ERROR_DESER, TEXT("updates of a document"));
    }
    int more;
    while ((more = next_update(&all, &next)) > 0) {
        bytes other = brought(&next);
        if (other.size == 0) {
            continue;
        }
        if (other.size < HEAD) {
            return error(KIND_UPDATE, ERROR_INVALID_UPDATE_WITH, TEXT("a document begins with version and signature"));
        }
        if (best.size < HEAD || order(other, best) > 0) {
            const char *wrong = flaw(parameters, other);
            if (wrong) {
                return flawed(KIND_UPDATE, ERROR_INVALID_UPDATE_WITH, wrong);
            }
            best = other;
        }
    }
    if (more < 0) {
        return error(KIND_UPDATE, ERROR_DESER, TEXT("updates of a document"));
    }
    return best.data == state.data ? unchanged() : new_state(best);
}

i64 EXPORT(summarize_state)(i64 p, i64 s) {
    bytes state = argument(s);
    return ok_bytes(KIND_SUMMARY, (bytes){state.data, state.size < HEAD ? 0 : HEAD});
}

i64 EXPORT(get_state_delta)(i64 p, i64 s, i64 y) {
    bytes state = argument(s), summary = argument(y);
    if (summary.size != 0 && summary.size != HEAD) {
        return error(KIND_DELTA, ERROR_OTHER, TEXT("the summary of a document has 72 bytes, or none"));
    }
    int known = summary.size == HEAD && state.size >= HEAD &&
                (compare(summary.data, state.data, 8) > 0 || compare(summary.data, state.data, HEAD) == 0);
    return ok_bytes(KIND_DELTA, known ? (bytes){0, 0} : state);
}
