/**
 * The event loop: handles all events of a node in one order, on one thread. Read
 * {@link dev.tributary.core.loop.EventLoop}, then {@link dev.tributary.core.loop.NotificationChannel} and
 * {@link dev.tributary.core.loop.LoopMonitor}.
 */
@NullMarked
package dev.tributary.core.loop;

import org.jspecify.annotations.NullMarked;
