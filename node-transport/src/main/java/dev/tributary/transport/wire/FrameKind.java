package dev.tributary.transport.wire;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of frames, with their number on the wire and the largest body that each may have. A frame is the length of
 * what follows (4 bytes), its kind (1 byte) and a body. A new kind needs a new protocol version: without its limit it
 * could not be skipped safely.
 */
enum FrameKind {
    /** Who speaks, and which versions: the first frame each way. */
    HELLO(1, 4 * 1024),
    /** Why the link ends: the last frame. */
    CLOSE(2, 2 * 1024),
    /** Shows that the sender is alive. */
    KEEP_ALIVE(3, 0),
    /** One small message. */
    MESSAGE(4, WireLimits.SMALL_MESSAGE),
    /** Announces a large message: stream number and total size, 4 bytes each. */
    LARGE(5, 8),
    /** The next bytes of a large message: stream number, 4 bytes, and the rest is data. */
    CHUNK(6, 4 + WireLimits.CHUNK),
    /** Reports to the sender of chunks how many of their bytes were read since the last report: 4 bytes. */
    RECEIVED(7, 4);

    /** Length and kind. */
    static final int HEADER = 5;

    private static final @Nullable FrameKind[] BY_NUMBER = {
        null, HELLO, CLOSE, KEEP_ALIVE, MESSAGE, LARGE, CHUNK, RECEIVED
    };

    private final int number;
    private final int limit;

    FrameKind(int number, int limit) {
        this.number = number;
        this.limit = limit;
    }

    int number() {
        return number;
    }

    /** The largest body in bytes. */
    int limit() {
        return limit;
    }

    /** The kind with this number, or null if this version knows none. */
    static @Nullable FrameKind ofNumber(int number) {
        return number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
