/*
 * A register: the content with the highest version wins. It does next to nothing, for benchmarks of nodes.
 * Parameters: any name.
 * State: the version, 8 bytes, big-endian, then the content; empty before the first update.
 * Summary: the version.
 * Delta: the whole state.
 */
#include "contract.h"

#define VERSION 8

static u64 version_of(bytes state) {
    return state.size < VERSION ? 0 : load64be(state.data);
}

i64 EXPORT(validate_state)(i64 p, i64 s, i64 r) {
    u32 size = argument(s).size;
    return verdict(size == 0 || size >= VERSION ? 0 : 1);
}

i64 EXPORT(update_state)(i64 p, i64 s, i64 u) {
    bytes state = argument(s), latest = state;
    updates all;
    update next;
    if (!open_updates(&all, argument(u))) {
        return error(KIND_UPDATE, ERROR_DESER, TEXT("updates of a register"));
    }
    int more;
    while ((more = next_update(&all, &next)) > 0) {
        bytes brought = next.delta.size ? next.delta : next.state;
        latest = version_of(brought) > version_of(latest) ? brought : latest;
    }
    if (more < 0) {
        return error(KIND_UPDATE, ERROR_DESER, TEXT("updates of a register"));
    }
    return latest.data == state.data ? unchanged() : new_state(latest);
}

i64 EXPORT(summarize_state)(i64 p, i64 s) {
    bytes state = argument(s);
    return ok_bytes(KIND_SUMMARY, (bytes){state.data, state.size < VERSION ? 0 : VERSION});
}

i64 EXPORT(get_state_delta)(i64 p, i64 s, i64 y) {
    bytes state = argument(s);
    return ok_bytes(KIND_DELTA, version_of(state) > version_of(argument(y)) ? state : (bytes){0, 0});
}
