/*
 * A contract for tests. The first byte of the parameters is a command, and the other bytes are its arguments. There is a
 * command for every kind of answer and for every kind of failure.
 */
#include "contract.h"

#ifdef HOST
extern void IMPORT("freenet_log", __frnt__logger__info)(i64 id, i64 at, i32 size);
extern void IMPORT("freenet_rand", __frnt__rand__rand_bytes)(i64 id, i64 at, i32 size);
extern void IMPORT("freenet_time", __frnt__time__utc_now)(i64 id, i64 at);
#endif

static u32 calls;

static bytes rest(bytes parameters, u32 from) {
    return parameters.size < from ? (bytes){0, 0} : (bytes){parameters.data + from, parameters.size - from};
}

static bytes hex(bytes value) {
    u8 *text = allocate(2 * value.size);
    for (u32 i = 0; i < value.size; i++) {
        text[2 * i] = "0123456789abcdef"[value.data[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[value.data[i] & 15];
    }
    return (bytes){text, 2 * value.size};
}

static bytes number(u64 value) {
    u8 *at = allocate(8);
    copy(at, &value, 8);
    return (bytes){at, 8};
}

static u32 __attribute__((noinline)) recurse(u32 depth, volatile u32 *never) {
    return *never ? 0 : 1 + recurse(depth + 1, never) * 3;
}

/* The commands that all functions have in common. Returns 0 if the command is another one. */
static i64 anyway(bytes parameters, u32 kind) {
    static volatile u32 zero;
    bytes more = rest(parameters, 1);
    switch (parameters.size == 0 ? 0 : parameters.data[0]) {
        case 'E':
            return error(kind, more.data[0], rest(more, 1));
        case 'e':
            return error(more.data[0], more.data[1], rest(more, 2));
        case 'X':
            return finish((writer){(u8 *)more.data, more.size}, kind);
        case 'K':
            return finish((writer){(u8 *)more.data + 4, more.size - 4}, load32le(more.data));
        case 'Y': {
            answer *made = allocate(sizeof(answer));
            made->data = load64le(more.data);
            made->size = load32le(more.data + 8);
            made->kind = kind;
            return (u32)made;
        }
        case 'Z':
            return (i64)load64le(more.data);
        case 'T':
            __builtin_trap();
        case 'L':
            while (!zero) {
            }
            return 0;
        case 'D':
            return recurse(0, &zero);
        case 'M':
            for (;;) {
                *(volatile u8 *)allocate(16 * PAGE) = 1;
            }
        case 'O':
            allocate(0xf0000000u);
            return 0;
        case 'P':
            return *(volatile u32 *)0xfffffff0u;
        case '0':
            return 1000 / zero;
        default:
            return 0;
    }
}

static i64 ids(bytes list, u32 kind, int related) {
    u32 count = list.size / 32;
    writer out = open_writer(32 + count * 36);
    put32(&out, 0);
    if (related) {
        put8(&out, 0);
    } else {
        put32(&out, 2);
    }
    put64(&out, count);
    for (u32 i = 0; i < count; i++) {
        put(&out, list.data + 32 * i, 32);
        if (related) {
            put32(&out, i & 1);
        }
    }
    return finish(out, kind);
}

i64 EXPORT(validate_state)(i64 p, i64 s, i64 r) {
    bytes parameters = argument(p), state = argument(s), related = argument(r);
    i64 done = anyway(parameters, KIND_VALIDATE);
    if (done) {
        return done;
    }
    switch (parameters.size == 0 ? 'V' : parameters.data[0]) {
        case 'I':
            return verdict(1);
        case 'A':
            return error(KIND_VALIDATE, ERROR_OTHER, hex(related));
        case 'S':
            return error(KIND_VALIDATE, ERROR_OTHER, hex(state));
        case 'R':
            return ids(rest(parameters, 1), KIND_VALIDATE, 0);
        case 'r':
            return load64le(related.data) > 0 ? verdict(0) : ids(rest(parameters, 1), KIND_VALIDATE, 0);
        default:
            return verdict(0);
    }
}

i64 EXPORT(update_state)(i64 p, i64 s, i64 u) {
    bytes parameters = argument(p), state = argument(s), changes = argument(u);
    i64 done = anyway(parameters, KIND_UPDATE);
    if (done) {
        return done;
    }
    switch (parameters.size == 0 ? 'N' : parameters.data[0]) {
        case 'A':
            return new_state(changes);
        case 'W':
            return new_state(state);
        case 'Q':
            return ids(rest(parameters, 1), KIND_UPDATE, 1);
        case 'q':
            return load64le(changes.data) > 1 ? new_state(changes) : ids(rest(parameters, 1), KIND_UPDATE, 1);
        case 'B': {
            writer out = open_writer(64 + state.size + parameters.size);
            put32(&out, 0);
            put8(&out, 1);
            put_bytes(&out, rest(parameters, 33));
            put64(&out, 1);
            put(&out, parameters.data + 1, 32);
            put32(&out, 0);
            return finish(out, KIND_UPDATE);
        }
        case 'U': {
            /* Answers with the decoded updates: for each the tag, the state, and the delta. */
            updates all;
            update next;
            writer out = open_writer(changes.size + 16);
            if (!open_updates(&all, changes)) {
                return error(KIND_VALIDATE, ERROR_DESER, TEXT("updates"));
            }
            int more;
            while ((more = next_update(&all, &next)) > 0) {
                put8(&out, (u8)next.tag);
                put(&out, next.state.data, next.state.size);
                put(&out, next.delta.data, next.delta.size);
            }
            return more < 0 ? error(KIND_VALIDATE, ERROR_DESER, TEXT("update")) : new_state((bytes){out.data, out.size});
        }
        default:
            return unchanged();
    }
}

i64 EXPORT(summarize_state)(i64 p, i64 s) {
    u64 pages = __builtin_wasm_memory_size(0);
    calls++;
    bytes parameters = argument(p), state = argument(s);
    i64 done = anyway(parameters, KIND_SUMMARY);
    if (done) {
        return done;
    }
    switch (parameters.size == 0 ? 'A' : parameters.data[0]) {
        case 'C':
            return ok_bytes(KIND_SUMMARY, number(calls));
        case 'i':
            return ok_bytes(KIND_SUMMARY, number((u64)call_id));
        case 'm':
            return ok_bytes(KIND_SUMMARY, number(pages));
        case 'p':
            return ok_bytes(KIND_SUMMARY, rest(parameters, 1));
        case '=':
            return ok_bytes(KIND_SUMMARY, number(state.size));
#ifdef HOST
        case 'l':
            for (u32 i = 0; i < parameters.data[1]; i++) {
                __frnt__logger__info(call_id, (u32)parameters.data + 2, (i32)parameters.size - 2);
            }
            return ok_bytes(KIND_SUMMARY, state);
        case 'w':
            /* Invalid pointers, and an id that no call has: the host must ignore them and change nothing. */
            __frnt__logger__info(call_id, 0xffffff00u, 4096);
            __frnt__logger__info(call_id, 0, -1);
            __frnt__logger__info(call_id, -8, 4);
            __frnt__rand__rand_bytes(call_id, 0xffffff00u, 4096);
            __frnt__rand__rand_bytes(call_id, 0x100000010ll, 4);
            __frnt__time__utc_now(call_id, 0xfffffffcu);
            __frnt__logger__info(-1, (u32)state.data, 1);
            __frnt__rand__rand_bytes(-1, (u32)state.data, (i32)state.size);
            __frnt__time__utc_now(-1, (u32)state.data);
            return ok_bytes(KIND_SUMMARY, state);
        case 'y': {
            u8 *at = allocate(load32le(parameters.data + 1));
            __frnt__rand__rand_bytes(call_id, (u32)at, (i32)load32le(parameters.data + 1));
            return ok_bytes(KIND_SUMMARY, (bytes){at, load32le(parameters.data + 1)});
        }
        case 'n': {
            u8 *at = allocate(12);
            __frnt__time__utc_now(call_id, (u32)at);
            return ok_bytes(KIND_SUMMARY, (bytes){at, 12});
        }
#endif
        default:
            return ok_bytes(KIND_SUMMARY, state);
    }
}

i64 EXPORT(get_state_delta)(i64 p, i64 s, i64 y) {
    bytes parameters = argument(p), state = argument(s), summary = argument(y);
    i64 done = anyway(parameters, KIND_DELTA);
    if (done) {
        return done;
    }
    switch (parameters.size == 0 ? 'A' : parameters.data[0]) {
        case 's':
            return ok_bytes(KIND_DELTA, state);
        case '-':
            return ok_bytes(KIND_DELTA, (bytes){0, 0});
        default:
            return ok_bytes(KIND_DELTA, summary);
    }
}
