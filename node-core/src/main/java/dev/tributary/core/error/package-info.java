/**
 * Everything that can go wrong, as types a caller can catch. Read {@link dev.tributary.core.error.NodeException} first.
 */
@NullMarked
package dev.tributary.core.error;

import org.jspecify.annotations.NullMarked;
