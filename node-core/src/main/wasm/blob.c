/*
 * An immutable blob.
 * Parameters: the SHA-256 of the content, 32 bytes.
 * State: the content; empty before the first update.
 * Summary: one byte, 1 if the state has the content, else 0.
 * Delta: the content.
 */
#include "signed.h"

/* True if the content has the SHA-256 of the parameters. */
static int fits(bytes parameters, bytes content) {
    u8 hash[32];
    sha256(content.data, content.size, hash);
    return compare(hash, parameters.data, 32) == 0;
}

i64 EXPORT(validate_state)(i64 p, i64 s, i64 r) {
    bytes parameters = argument(p), state = argument(s);
    if (parameters.size != 32) {
        return error(KIND_VALIDATE, ERROR_OTHER, TEXT("the parameters of a blob are its SHA-256, 32 bytes"));
    }
    return verdict(state.size == 0 || fits(parameters, state) ? 0 : 1);
}

i64 EXPORT(update_state)(i64 p, i64 s, i64 u) {
    bytes parameters = argument(p), state = argument(s);
    updates all;
    update next;
    if (parameters.size != 32 || !open_updates(&all, argument(u))) {
        return error(KIND_UPDATE, ERROR_DESER, TEXT("updates of a blob"));
    }
    int more;
    while ((more = next_update(&all, &next)) > 0) {
        bytes content = brought(&next);
        if (content.size == 0 || state.size != 0) {
            continue;
        }
        if (!fits(parameters, content)) {
            return error(KIND_UPDATE, ERROR_INVALID_UPDATE_WITH, TEXT("the content has another SHA-256"));
        }
        return new_state(content);
    }
    return more < 0 ? error(KIND_UPDATE, ERROR_DESER, TEXT("updates of a blob")) : unchanged();
}

i64 EXPORT(summarize_state)(i64 p, i64 s) {
    static u8 there[1];
    there[0] = argument(s).size != 0;
    return ok_bytes(KIND_SUMMARY, (bytes){there, 1});
}

i64 EXPORT(get_state_delta)(i64 p, i64 s, i64 y) {
    bytes state = argument(s), summary = argument(y);
    if (summary.size > 1) {
        return error(KIND_DELTA, ERROR_OTHER, TEXT("the summary of a blob has one byte"));
    }
    return ok_bytes(KIND_DELTA, summary.size == 1 && summary.data[0] ? (bytes){0, 0} : state);
}
