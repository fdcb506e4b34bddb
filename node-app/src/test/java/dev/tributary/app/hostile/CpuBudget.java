package dev.tributary.app.hostile;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Holds back the threads of this process while it has used more than its share of a processor. Thread-safe. */
final class CpuBudget {

    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final long start = System.nanoTime();
    private final double share;

    /** @param share part of one processor, such as 0.5 */
    CpuBudget(double share) {
        this.share = share;
    }

    /** Returns when the process is within its share. */
    void await() {
        while (system.getProcessCpuTime() > share * (System.nanoTime() - start)) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
