/**
 * Ring locations and the choice of the next hop: pure functions over an immutable snapshot. Read
 * {@link dev.tributary.core.ring.Ring} for the distances, {@link dev.tributary.core.ring.Router} for the choice of the
 * next hop, and {@link dev.tributary.core.ring.RoutingHistory} for the recorded exchanges that it is based on.
 */
@NullMarked
package dev.tributary.core.ring;

import org.jspecify.annotations.NullMarked;
