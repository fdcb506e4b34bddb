/**
 * Finds the part of a node that makes no progress, and tells why. Read {@link dev.tributary.core.watchdog.Watched}, then
 * {@link dev.tributary.core.watchdog.Watchdog}.
 */
@NullMarked
package dev.tributary.core.watchdog;

import org.jspecify.annotations.NullMarked;
