/**
 * Tests of the event loop. Read {@link dev.tributary.core.loop.LoopLivenessTests} first: what a loop must never fail at,
 * and {@link dev.tributary.core.loop.NestedWaitLoop}, which does.
 */
@NullMarked
package dev.tributary.core.loop;

import org.jspecify.annotations.NullMarked;
