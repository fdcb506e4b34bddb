package dev.tributary.core.watchdog;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the watchdog reads of its process. The first two methods allocate nothing. */
interface Jvm {

    /** Processor time of the thread so far in nanoseconds; negative if it cannot be read. */
    long cpuNanos(@Nullable Thread thread);

    /** Time in nanoseconds for which the collector has stopped the process so far. */
    long collectedNanos();

    /** The thread with this id now; null if there is none. */
    @Nullable
    ThreadView view(long id);

    /** Whether a thread runs code of one of these classes, or what of the JDK it calls. */
    boolean isInside(Set<String> classes);
}
