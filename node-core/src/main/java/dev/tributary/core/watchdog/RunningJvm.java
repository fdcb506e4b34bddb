package dev.tributary.core.watchdog;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The process that the watchdog runs in. Thread-safe. */
final class RunningJvm implements Jvm {

    /** Maximum number of frames that are read: an operation of Reactor has about a hundred. */
    private static final int MAX_FRAMES = 256;

    /** Maximum number of frames between a class that asks for turns and the innermost one, which is of the JDK. */
    private static final int NEAR_FRAMES = 32;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    private final GarbageCollectorMXBean[] collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(bean -> !runsBesideTheProcess(bean.getName()))
            .toArray(GarbageCollectorMXBean[]::new);

    /** The time of concurrent work is no time in which the process stood still. */
    private static boolean runsBesideTheProcess(String name) {
        return name.contains("Concurrent") || name.endsWith("Cycles");
    }

    @Override
    public long cpuNanos(@Nullable Thread thread) {
        return thread == null ? Standstill.UNKNOWN : threads.getThreadCpuTime(thread.getId());
    }

    @Override
    public long collectedNanos() {
        long millis = 0;
        for (GarbageCollectorMXBean each : collectors) {
            millis += Math.max(0, each.getCollectionTime());
        }
        return millis * 1_000_000;
    }

    @Override
    public @Nullable ThreadView view(long id) {
        ThreadInfo info = threads.getThreadInfo(id, MAX_FRAMES);
        return info == null ? null : view(info);
    }

    @Override
    public boolean isInside(Set<String> classes) {
        return !classes.isEmpty()
                && Arrays.stream(threads.dumpAllThreads(false, false, NEAR_FRAMES))
                        .anyMatch(info -> view(info).isInside(classes));
    }

    private static ThreadView view(ThreadInfo info) {
        return new ThreadView(
                info.getThreadName(),
                info.getThreadState(),
                info.getLockName(),
                info.getLockOwnerId(),
                List.of(info.getStackTrace()));
    }
}
