package dev.tributary.transport.wire;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of frames, with their number on the wire and the maximum size of their body. A frame consists of the length
 * of the rest (4 bytes), its kind (1 byte) and a body. A new kind requires a new protocol version: without knowing its
 * limit, a node cannot skip it safely.
 */
enum FrameKind {
    /** Introduces the node and its protocol versions: the first frame in each direction. */
    HELLO(1, 4 * 1024),
    /** The reason why the link is closed: the last frame. */
    CLOSE(2, 2 * 1024),
    /** Prevents the idle timeout of the receiver. */
    KEEP_ALIVE(3, 0),
    /** One small message. */
    MESSAGE(4, WireLimits.SMALL_MESSAGE),
    /** Announces a large message: stream number and total size, 4 bytes each. */
    LARGE(5, 8),
    /** The next bytes of a large message: stream number (4 bytes), then data. */
    CHUNK(6, 4 + WireLimits.CHUNK),
    /** Acknowledges chunks: number of bytes read since the last acknowledgement, 4 bytes. */
    ACKNOWLEDGE(7, 4);

    /** Size of the header in bytes: length and kind. */
    static final int HEADER = 5;

    private static final @Nullable FrameKind[] BY_NUMBER = {
        null, HELLO, CLOSE, KEEP_ALIVE, MESSAGE, LARGE, CHUNK, ACKNOWLEDGE
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

    /** Returns the maximum size of the body in bytes. */
    int limit() {
        return limit;
    }

    /** Returns the kind with this number, or null if it is unknown. */
    static @Nullable FrameKind ofNumber(int number) {
        return number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
