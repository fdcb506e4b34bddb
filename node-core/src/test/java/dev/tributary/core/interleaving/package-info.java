/**
 * Scenarios of two or three threads whose interleavings are explored one after the other. Read
 * {@link dev.tributary.core.interleaving.Interleavings}.
 */
@NullMarked
package dev.tributary.core.interleaving;

import org.jspecify.annotations.NullMarked;
