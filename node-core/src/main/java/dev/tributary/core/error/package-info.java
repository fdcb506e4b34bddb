/**
 * All failures that a caller can handle, as exception types. Read {@link dev.tributary.core.error.NodeException} first.
 */
@NullMarked
package dev.tributary.core.error;

import org.jspecify.annotations.NullMarked;
