/*
 * The contract ABI in C: memory allocation, the buffers for arguments, and bincode for the answers. Memory is never freed,
 * because the node makes a new instance for each call.
 *
 * With -DSTREAMING the node passes an argument in pieces and refills the buffer; without it, the buffer has the whole
 * argument.
 */
#ifndef CONTRACT_H
#define CONTRACT_H

typedef unsigned char u8;
typedef unsigned int u32;
typedef int i32;
typedef unsigned long long u64;
typedef long long i64;

_Static_assert(sizeof(void *) == 4, "contracts are 32-bit programs");

#define EXPORT(name) __attribute__((export_name(#name))) name
#define IMPORT(module, name) __attribute__((import_module(module), import_name(#name))) name
#define PAGE 65536u

/*
 * Forbids inlining. A JVM interprets methods of more than 8000 bytes of bytecode, which is about fifty times slower than
 * compiled code.
 */
#define SEPARATE __attribute__((noinline))

/* ---- memory ---- */

extern u8 __heap_base;
static u32 heap_end;

static void *allocate(u32 size) {
    if (heap_end == 0) {
        heap_end = (u32)&__heap_base;
    }
    u32 at = (heap_end + 15u) & ~15u;
    if (size > 0xffff0000u - at) {
        __builtin_trap();
    }
    u32 pages = (at + size + PAGE - 1) / PAGE;
    u32 have = __builtin_wasm_memory_size(0);
    if (pages > have && __builtin_wasm_memory_grow(0, pages - have) == ~0ul) {
        __builtin_trap();
    }
    heap_end = at + size;
    return (void *)at;
}

static void copy(void *to, const void *from, u32 size) {
    __builtin_memcpy(to, from, size);
}

static int compare(const u8 *left, const u8 *right, u32 size) {
    for (u32 i = 0; i < size; i++) {
        if (left[i] != right[i]) {
            return left[i] < right[i] ? -1 : 1;
        }
    }
    return 0;
}

/* ---- arguments ---- */

typedef struct {
    const u8 *data;
    u32 size;
} bytes;

typedef struct {
    u64 start;
    u32 capacity;
    u32 unused;
    u64 last_read;
    u64 last_write;
} buffer;

static i64 call_id = -1;

void EXPORT(__frnt_set_id)(i64 id) {
    call_id = id;
}

i64 EXPORT(__frnt__initiate_buffer)(u32 capacity) {
    buffer *made = allocate(sizeof(buffer));
    u32 *marks = allocate(8);
    marks[0] = marks[1] = 0;
    made->start = (u32)allocate(capacity);
    made->capacity = capacity;
    made->last_read = (u32)&marks[0];
    made->last_write = (u32)&marks[1];
    return (u32)made;
}

#ifdef STREAMING
extern i32 IMPORT("freenet_contract_io", __frnt__fill_buffer)(i64 id, i64 at);
#endif

static bytes argument(i64 at) {
    buffer *given = (buffer *)(u32)at;
    u8 *start = (u8 *)(u32)given->start;
    u32 written = *(u32 *)(u32)given->last_write;
#ifdef STREAMING
    u32 size, done = written - 4;
    copy(&size, start, 4);
    *(u32 *)(u32)given->last_read = 4;
    u8 *whole = allocate(size);
    copy(whole, start + 4, done);
    while (done < size) {
        u32 more = (u32)__frnt__fill_buffer(call_id, at);
        if (more == 0) {
            break;
        }
        copy(whole + done, start, more);
        done += more;
    }
    return (bytes){whole, done};
#else
    return (bytes){start, written};
#endif
}

/* ---- numbers ---- */

static u32 load32le(const u8 *p) {
    return p[0] | p[1] << 8 | p[2] << 16 | (u32)p[3] << 24;
}

static u64 load64le(const u8 *p) {
    return load32le(p) | (u64)load32le(p + 4) << 32;
}

static u32 load32be(const u8 *p) {
    return (u32)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static u64 load64be(const u8 *p) {
    return (u64)load32be(p) << 32 | load32be(p + 4);
}

/* ---- updates ---- */

enum { UPDATE_STATE, UPDATE_DELTA, UPDATE_BOTH, UPDATE_RELATED_STATE, UPDATE_RELATED_DELTA, UPDATE_RELATED_BOTH };

typedef struct {
    bytes rest;
    u64 left;
} updates;

typedef struct {
    u32 tag;
    bytes state;
    bytes delta;
} update;

static int take(bytes *rest, u32 size, const u8 **at) {
    if (rest->size < size) {
        return 0;
    }
    *at = rest->data;
    rest->data += size;
    rest->size -= size;
    return 1;
}

static int take_bytes(bytes *rest, bytes *into) {
    const u8 *at;
    if (!take(rest, 8, &at)) {
        return 0;
    }
    u64 size = load64le(at);
    if (size > rest->size || !take(rest, (u32)size, &into->data)) {
        return 0;
    }
    into->size = (u32)size;
    return 1;
}

static int open_updates(updates *all, bytes encoded) {
    const u8 *at;
    all->rest = encoded;
    if (!take(&all->rest, 8, &at)) {
        return 0;
    }
    all->left = load64le(at);
    return 1;
}

/* Reads the next update. Returns 1 if there is one, 0 at the end, -1 if it is malformed. */
static int next_update(updates *all, update *next) {
    const u8 *at;
    if (all->left == 0) {
        return 0;
    }
    all->left--;
    if (!take(&all->rest, 4, &at)) {
        return -1;
    }
    next->tag = load32le(at);
    next->state = next->delta = (bytes){0, 0};
    if (next->tag > UPDATE_RELATED_BOTH || (next->tag >= UPDATE_RELATED_STATE && !take(&all->rest, 32, &at))) {
        return -1;
    }
    u32 kind = next->tag % 3;
    if (kind != UPDATE_DELTA && !take_bytes(&all->rest, &next->state)) {
        return -1;
    }
    return kind == UPDATE_STATE || take_bytes(&all->rest, &next->delta) ? 1 : -1;
}

/* ---- answers ---- */

enum { KIND_VALIDATE = 0, KIND_UPDATE = 2, KIND_SUMMARY = 3, KIND_DELTA = 4 };
enum { ERROR_DESER, ERROR_INVALID_UPDATE, ERROR_INVALID_UPDATE_WITH, ERROR_INVALID_STATE, ERROR_INVALID_DELTA, ERROR_OTHER };

typedef struct {
    u64 data;
    u32 kind;
    u32 size;
} answer;

typedef struct {
    u8 *data;
    u32 size;
} writer;

static writer open_writer(u32 capacity) {
    return (writer){allocate(capacity), 0};
}

static void put(writer *to, const void *data, u32 size) {
    copy(to->data + to->size, data, size);
    to->size += size;
}

static void put8(writer *to, u8 value) {
    to->data[to->size++] = value;
}

static void put32(writer *to, u32 value) {
    put(to, &value, 4);
}

static void put64(writer *to, u64 value) {
    put(to, &value, 8);
}

static void put_bytes(writer *to, bytes value) {
    put64(to, value.size);
    put(to, value.data, value.size);
}

static i64 finish(writer payload, u32 kind) {
    answer *made = allocate(sizeof(answer));
    made->data = (u32)payload.data;
    made->kind = kind;
    made->size = payload.size;
    return (u32)made;
}

/* Ok(Valid) if the tag is 0, Ok(Invalid) if it is 1. */
static i64 verdict(u32 tag) {
    writer out = open_writer(8);
    put32(&out, 0);
    put32(&out, tag);
    return finish(out, KIND_VALIDATE);
}

/* Ok with a summary or delta, depending on the kind. */
static i64 ok_bytes(u32 kind, bytes value) {
    writer out = open_writer(12 + value.size);
    put32(&out, 0);
    put_bytes(&out, value);
    return finish(out, kind);
}

static i64 new_state(bytes state) {
    writer out = open_writer(21 + state.size);
    put32(&out, 0);
    put8(&out, 1);
    put_bytes(&out, state);
    put64(&out, 0);
    return finish(out, KIND_UPDATE);
}

static i64 unchanged(void) {
    writer out = open_writer(13);
    put32(&out, 0);
    put8(&out, 0);
    put64(&out, 0);
    return finish(out, KIND_UPDATE);
}

static i64 error(u32 kind, u32 tag, bytes text) {
    writer out = open_writer(16 + text.size);
    put32(&out, 1);
    put32(&out, tag);
    if (tag == ERROR_DESER || tag == ERROR_INVALID_UPDATE_WITH || tag == ERROR_OTHER) {
        put_bytes(&out, text);
    }
    return finish(out, kind);
}

#define TEXT(literal) ((bytes){(const u8 *)(literal), sizeof(literal) - 1})

#endif
