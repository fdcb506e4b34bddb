package dev.tributary.core.contract.wasm;

import dev.tributary.core.error.FatalErrors;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.value.TimeSource;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interrupts calls that exceed their time limits: code that the engine runs checks the interrupt flag of its thread at
 * every loop and call. One thread watches all calls and sleeps while there are none.
 */
final class Watchdog implements AutoCloseable {

    /** Interval between checks: the maximum delay of an interrupt. The checks take about ten microseconds a second. */
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Number of idle checks before the thread sleeps: waking it is the most expensive part of watching a call. */
    private static final int MAX_IDLE_CHECKS = 100;

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private final long cpuNanos;
    private final long wallNanos;
    private final TimeSource time;
    private final ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
    private final Set<Watched> running = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean closed;

    /** What is checked while it runs. */
    interface Watched {

        /** Checks the limits, on the watchdog's thread; must be quick. */
        void check(long now);
    }

    /** A watched call, opened and closed on the thread that runs it. */
    final class WatchedCall implements Watched, AutoCloseable {

        private final Thread worker = Thread.currentThread();
        private final long startNanos = time.nanos();
        private long cpuStartNanos = -1;
        private boolean done;
        private boolean expired;

        /** True if the call was interrupted because a time limit expired. */
        synchronized boolean expired() {
            return expired;
        }

        /** Ends the watch and clears the interrupt flag, so that the thread's next task does not see it. */
        @Override
        public void close() {
            running.remove(this);
            synchronized (this) {
                done = true;
            }
            Thread.interrupted();
        }

        @Override
        public void check(long now) {
            long elapsed = now - startNanos;
            if (cpuStartNanos < 0) {
                cpuStartNanos = Math.max(0, cpu.getThreadCpuTime(worker.getId()));
            }
            if (elapsed > wallNanos || (elapsed > cpuNanos && usedCpuNanos() > cpuNanos)) {
                expire();
            }
        }

        /** Processor time of the call; not positive if it cannot be read, which leaves only the wall time limit. */
        private long usedCpuNanos() {
            return cpu.getThreadCpuTime(worker.getId()) - cpuStartNanos;
        }

        private synchronized void expire() {
            if (!done) {
                expired = true;
                worker.interrupt();
            }
        }
    }

    Watchdog(WasmLimits limits, TimeSource time) {
        this.cpuNanos = limits.calls().cpuTime().toNanos();
        this.wallNanos = limits.calls().wallTime().toNanos();
        this.time = time;
        this.thread = new Thread(this::watchAll, "tributary-contract-watchdog");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** Watches the current thread until the returned watch is closed. */
    WatchedCall watch() {
        Thread.interrupted();
        WatchedCall watch = new WatchedCall();
        add(watch);
        return watch;
    }

    /** Checks this until it is removed. */
    void add(Watched watch) {
        running.add(watch);
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    void remove(Watched watch) {
        running.remove(watch);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void watchAll() {
        int idleChecks = 0;
        while (!closed) {
            long now = time.nanos();
            running.forEach(watch -> check(watch, now));
            idleChecks = running.isEmpty() ? idleChecks + 1 : 0;
            if (idleChecks < MAX_IDLE_CHECKS) {
                LockSupport.parkNanos(this, INTERVAL_NANOS);
            } else {
                sleep();
                idleChecks = 0;
            }
        }
    }

    /** A check that fails must not end the thread: then no call would have a limit any more. */
    private static void check(Watched watch, long now) {
        try {
            watch.check(now);
        } catch (RuntimeException | Error failure) {
            FatalErrors.report(failure);
            failures.warn(failure, "check of a running contract call failed");
        }
    }

    /** Parks until a call starts. A call that starts meanwhile sees {@code asleep} and unparks, or is seen here. */
    private void sleep() {
        asleep = true;
        while (running.isEmpty() && !closed) {
            LockSupport.park(this);
        }
        asleep = false;
    }
}
