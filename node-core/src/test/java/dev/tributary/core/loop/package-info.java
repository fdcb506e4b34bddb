/**
 * Tests of the event loop. Read {@link dev.tributary.core.loop.LoopPassage}.
 */
@NullMarked
package dev.tributary.core.loop;

import org.jspecify.annotations.NullMarked;
