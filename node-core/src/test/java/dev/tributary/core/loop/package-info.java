/**
 * Tests of the event loop. Read {@link dev.tributary.core.loop.LoopLivenessTests} first, which tests that a loop wakes
 * for every event, and {@link dev.tributary.core.loop.NestedWaitLoop}, which fails them.
 */
@NullMarked
package dev.tributary.core.loop;

import org.jspecify.annotations.NullMarked;
