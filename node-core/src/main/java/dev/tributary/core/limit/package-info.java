/**
 * Limits of rate, concurrency and memory, without dependencies on other packages of the node:
 * {@link dev.tributary.core.limit.TokenBucket}, {@link dev.tributary.core.limit.Permits},
 * {@link dev.tributary.core.limit.MemoryBudget}, the {@link dev.tributary.core.limit.MemoryPlan} of all memory, and
 * {@link dev.tributary.core.limit.BoundedMap}.
 */
@NullMarked
package dev.tributary.core.limit;

import org.jspecify.annotations.NullMarked;
