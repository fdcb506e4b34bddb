/**
 * A node as a process: its identity, store, sockets, API server and log, opened and closed together. Read
 * {@link dev.tributary.app.node.NodeProcess}.
 */
@NullMarked
package dev.tributary.app.node;

import org.jspecify.annotations.NullMarked;
