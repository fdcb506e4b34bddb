package dev.tributary.core.contract;

import dev.tributary.core.value.CodeHash;
import java.time.Duration;

/**
 * Code whose contracts are not spread by this node.
 *
 * @param law what it was found to break last
 * @param left for how much longer
 */
public record Quarantine(CodeHash code, Law law, Duration left) {}
