package dev.tributary.app;

import dev.tributary.core.limit.MemoryPlan;

/**
 * Bounds the memory outside the heap that network buffers may use. Payload is on the heap, so that only what sockets
 * are reading and writing at the moment is outside.
 */
final class DirectMemory {

    /** The library's own setting, in bytes. */
    static final String PROPERTY = MemoryPlan.DIRECT_PROPERTY;

    private DirectMemory() {}

    /** Sets the bound unless the operator has set it. Must run before the first network class is loaded. */
    static void bound() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(
                    PROPERTY, Long.toString(MemoryPlan.ofThisProcess().direct()));
        }
    }
}
