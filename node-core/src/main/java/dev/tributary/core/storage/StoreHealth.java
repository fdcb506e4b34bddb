package dev.tributary.core.storage;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether the store takes commits, and how fast.
 *
 * @param refusal why commits are refused now, without names of files; null while they are taken
 * @param refusedCommits counter: commits that were refused or failed since the store was opened
 * @param slowCommits counter: group commits that took more than a second
 * @param longestCommit duration of the longest group commit
 */
public record StoreHealth(@Nullable String refusal, long refusedCommits, long slowCommits, Duration longestCommit) {

    private static final StoreHealth PERFECT = new StoreHealth(null, 0, 0, Duration.ZERO);

    /** The health of a store without a disk. */
    public static StoreHealth perfect() {
        return PERFECT;
    }

    public boolean isWritable() {
        return refusal == null;
    }
}
