/**
 * Where things are and who is next: pure functions over an immutable snapshot. Read {@link dev.tributary.core.ring.Ring}
 * for the distances, {@link dev.tributary.core.ring.Router} for the choice, and
 * {@link dev.tributary.core.ring.RoutingHistory} for what it learns from.
 */
@NullMarked
package dev.tributary.core.ring;

import org.jspecify.annotations.NullMarked;
