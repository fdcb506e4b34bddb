/**
 * The recorder of the event loop: its latest events, and how long they waited and took. Read
 * {@link dev.tributary.core.loop.record.LoopRecorder}.
 */
@NullMarked
package dev.tributary.core.loop.record;

import org.jspecify.annotations.NullMarked;
