/** The thread of the event loop, as a scheduler. Read {@link dev.tributary.core.loop.thread.LoopScheduler}. */
@NullMarked
package dev.tributary.core.loop.thread;

import org.jspecify.annotations.NullMarked;
