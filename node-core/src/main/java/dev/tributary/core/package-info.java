/**
 * The public API of a node: put, get, update, subscribe and status. Read {@link dev.tributary.core.Node} first, then
 * {@link dev.tributary.core.NodeBuilder}, which builds one, and {@link dev.tributary.core.NodeConfig}, its settings.
 */
@NullMarked
package dev.tributary.core;

import org.jspecify.annotations.NullMarked;
