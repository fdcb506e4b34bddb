package dev.tributary.core.watchdog;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A process whose threads and times the test sets. */
final class ScriptedJvm implements Jvm {

    long cpu;
    long collected;
    boolean isInside;
    final Map<Long, ThreadView> threads = new HashMap<>();

    /** The thread of the test is here, in this state; {@code owner} holds the lock. */
    void thisThreadIs(Thread.State state, @Nullable String lock, long owner, StackTraceElement... stack) {
        threads.put(Thread.currentThread().getId(), new ThreadView("this", state, lock, owner, List.of(stack)));
    }

    static StackTraceElement frame(String type, String method) {
        return new StackTraceElement(type, method, type + ".java", 7);
    }

    static StackTraceElement nativeFrame() {
        return new StackTraceElement("sun.nio.ch.Disk", "force", "Disk.java", -2);
    }

    @Override
    public long cpuNanos(@Nullable Thread thread) {
        return cpu;
    }

    @Override
    public long collectedNanos() {
        return collected;
    }

    @Override
    public @Nullable ThreadView view(long id) {
        return threads.get(id);
    }

    @Override
    public boolean isInside(Set<String> classes) {
        return isInside;
    }
}
