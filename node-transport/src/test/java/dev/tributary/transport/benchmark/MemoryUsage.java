package dev.tributary.transport.benchmark;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * Memory in use, in bytes.
 *
 * @param heap heap in use, including garbage that was not collected yet
 * @param direct direct buffers of Netty and of the JDK
 */
record MemoryUsage(long heap, long direct) {

    private static final int COLLECTIONS = 4;

    /** Returns the memory in use now. */
    static MemoryUsage now() {
        long buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return new MemoryUsage(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                Math.max(buffers, PlatformDependent.usedDirectMemory()));
    }

    /** Returns the memory in use after full collections. */
    static MemoryUsage afterCollection() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            LockSupport.parkNanos(100_000_000);
        }
        return now();
    }
}
