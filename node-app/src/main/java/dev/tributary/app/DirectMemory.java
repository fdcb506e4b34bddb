package dev.tributary.app;

/**
 * Bounds the memory outside the heap that network buffers may use. Payload is on the heap, so that only what sockets
 * are reading and writing at the moment is outside.
 */
final class DirectMemory {

    /** The library's own setting, in bytes. */
    static final String PROPERTY = "io.netty.maxDirectMemory";

    /** Minimum: the buffers of the default number of links, each while it reads and writes. */
    private static final long MINIMUM = 128L << 20;

    private DirectMemory() {}

    /** Sets the bound unless the operator has set it. Must run before the first network class is loaded. */
    static void bound() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(
                    PROPERTY, Long.toString(limit(Runtime.getRuntime().maxMemory())));
        }
    }

    /** Half of the heap, and at least what the default number of links needs. */
    static long limit(long heap) {
        return Math.max(MINIMUM, heap / 2);
    }
}
