package dev.tributary.core.subscription;

import dev.tributary.core.limit.Permits;

/** How states for subscribers count in the memory that all of them share. */
final class StateMemory {

    /** Part of the memory that states may fill which wait for slow subscribers: the rest is for those under way. */
    private static final int WAITING = 4;

    private StateMemory() {}

    /** Bytes that a state counts: a large one takes what slow subscribers cannot, and so it always fits at last. */
    static long counted(long size, Permits memory) {
        return Math.max(1, Math.min(size, memory.limit() - memory.limit() / WAITING));
    }

    /** Whether the states that are held may wait for subscribers without demand. */
    static boolean mayWait(Permits memory) {
        return memory.used() <= memory.limit() / WAITING;
    }
}
