package dev.tributary.transport.benchmark;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * What this process has done so far.
 *
 * @param cpuNanos processor time of all threads
 * @param allocated bytes that the living threads have allocated
 */
record ProcessWork(long cpuNanos, long allocated) {

    static ProcessWork now() {
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long allocated = Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
        return new ProcessWork(
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime(), allocated);
    }

    ProcessWork since(ProcessWork before) {
        return new ProcessWork(cpuNanos - before.cpuNanos, allocated - before.allocated);
    }
}
