/**
 * The node as its user sees it: put, get, update, subscribe, and look at it. Read {@link dev.tributary.core.Node} first, then
 * {@link dev.tributary.core.NodeSpec}, which builds one, and {@link dev.tributary.core.NodeConfig}, which holds every setting.
 */
@NullMarked
package dev.tributary.core;

import org.jspecify.annotations.NullMarked;
