package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.TimeSource;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Interrupts calls that last too long: code that the engine runs looks at its thread's interrupt flag at every loop and
 * call. One thread watches all calls and sleeps for as long as there are none.
 */
final class Watchdog implements AutoCloseable {

    /** How often calls are looked at: a bound on how late one is ended, and ten microseconds of work a second. */
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** So long it stays awake after the last call, since waking it costs a call more than all the rest of this. */
    private static final int IDLE_TICKS = 100;

    private final long cpuNanos;
    private final long wallNanos;
    private final TimeSource time;
    private final ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
    private final Set<Watch> running = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean closed;

    /** One call that is watched, from its opening to its close, both on its own thread. */
    final class Watch implements AutoCloseable {

        private final Thread worker = Thread.currentThread();
        private final long began = time.nanos();
        private long cpuBegan = -1;
        private boolean over;
        private boolean expired;

        /** Whether the call was interrupted because its time was up. */
        synchronized boolean expired() {
            return expired;
        }

        /** The flag must not be left for whatever the thread does next. */
        @Override
        public void close() {
            running.remove(this);
            synchronized (this) {
                over = true;
            }
            Thread.interrupted();
        }

        private void look(long now) {
            long lasted = now - began;
            if (cpuBegan < 0) {
                cpuBegan = Math.max(0, cpu.getThreadCpuTime(worker.getId()));
            }
            if (lasted > wallNanos || (lasted > cpuNanos && used() > cpuNanos)) {
                expire();
            }
        }

        /** Zero where it cannot be read, which leaves the wall time. */
        private long used() {
            return cpu.getThreadCpuTime(worker.getId()) - cpuBegan;
        }

        private synchronized void expire() {
            if (!over) {
                expired = true;
                worker.interrupt();
            }
        }
    }

    Watchdog(WasmLimits limits, TimeSource time) {
        this.cpuNanos = limits.cpuTime().toNanos();
        this.wallNanos = limits.wallTime().toNanos();
        this.time = time;
        this.thread = new Thread(this::watchAll, "tributary-contract-watchdog");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** Watches what the current thread does until the watch is closed. */
    Watch watch() {
        Thread.interrupted();
        Watch watch = new Watch();
        running.add(watch);
        if (asleep) {
            LockSupport.unpark(thread);
        }
        return watch;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void watchAll() {
        int idle = 0;
        while (!closed) {
            long now = time.nanos();
            running.forEach(watch -> watch.look(now));
            idle = running.isEmpty() ? idle + 1 : 0;
            if (idle < IDLE_TICKS) {
                LockSupport.parkNanos(this, TICK_NANOS);
            } else {
                sleep();
                idle = 0;
            }
        }
    }

    /** A call that begins meanwhile either sees that it must wake us, or is seen here. */
    private void sleep() {
        asleep = true;
        while (running.isEmpty() && !closed) {
            LockSupport.park(this);
        }
        asleep = false;
    }
}
