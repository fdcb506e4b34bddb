/**
 * Where things are and who is next: pure functions over an immutable snapshot. Read {@link dev.tributary.core.ring.Ring}.
 */
@NullMarked
package dev.tributary.core.ring;

import org.jspecify.annotations.NullMarked;
