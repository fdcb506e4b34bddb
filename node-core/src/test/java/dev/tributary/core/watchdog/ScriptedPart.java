package dev.tributary.core.watchdog;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A part whose state the test sets. */
final class ScriptedPart implements Watched {

    static final long LIMIT = 100_000_000;

    long steps;
    long stepSince = IDLE;
    int waiting;
    boolean isWakeUpMissing;
    int repairs;

    @Nullable
    Thread thread = Thread.currentThread();

    @Override
    public String name() {
        return "part";
    }

    @Override
    public long limitNanos() {
        return LIMIT;
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public long stepSince() {
        return stepSince;
    }

    @Override
    public int waiting() {
        return waiting;
    }

    @Override
    public @Nullable Thread thread() {
        return thread;
    }

    @Override
    public String work() {
        return "work of a peer";
    }

    @Override
    public boolean isWakeUpMissing() {
        return isWakeUpMissing;
    }

    @Override
    public Set<String> askers() {
        return Set.of("Asker");
    }

    @Override
    public boolean repairWakeUp() {
        repairs++;
        isWakeUpMissing = false;
        return true;
    }
}
