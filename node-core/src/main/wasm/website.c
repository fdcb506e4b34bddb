/*
 * A web application of one writer, whose highest version wins. Parameters: the writer's Ed25519 key, 32 bytes, then any
 * name. State: nothing yet, or what a node serves as a web application: the size of the metadata, 8 bytes big-endian; the
 * metadata, which are the version, 4 bytes big-endian and not zero, and a signature of 64 bytes; the size of the archive,
 * 8 bytes big-endian; the archive, and nothing behind it. What is in the archive is the serving node's business.
 * Signed is "tributary/website/1", SHA-256 of the parameters, version, archive. Of two archives that the writer gave one
 * version the greater bytes win. Summary: the metadata. Delta: the state.
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

/* Null if it is laid out as a web application, else what is wrong with it. */
static const char *misshape(bytes state) {
    if (state.size < HEAD || load64be(state.data) != METADATA) {
        return "a website begins with 68, as 8 bytes, and so many bytes of version and signature";
    }
    if (load64be(state.data + 8 + METADATA) != state.size - HEAD) {
        return "behind the signature comes the archive's size, 8 bytes, and so many bytes";
    }
    return load32be(metadata(state)) == 0 ? "versions begin at 1" : 0;
}

/* Null if it is a website of this writer, else what is wrong with it. */
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
