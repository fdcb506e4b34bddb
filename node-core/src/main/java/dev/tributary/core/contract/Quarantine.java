package dev.tributary.core.contract;

import dev.tributary.core.value.CodeHash;
import java.time.Duration;

/**
 * A code whose contracts' updates this node does not broadcast.
 *
 * @param law the law that the code broke last
 * @param remaining remaining time
 */
public record Quarantine(CodeHash code, MergeLaw law, Duration remaining) {}
