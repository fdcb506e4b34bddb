package dev.tributary.transport.benchmark;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * Memory in use, in bytes.
 *
 * @param heap objects, with what is garbage already unless it was collected
 * @param direct buffers outside of the heap: Netty's, and those of the JDK
 */
record Memory(long heap, long direct) {

    private static final int COLLECTIONS = 4;

    /** As it is now. */
    static Memory now() {
        long buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return new Memory(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                Math.max(buffers, PlatformDependent.usedDirectMemory()));
    }

    /** Without garbage. */
    static Memory afterCollection() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            LockSupport.parkNanos(100_000_000);
        }
        return now();
    }
}
