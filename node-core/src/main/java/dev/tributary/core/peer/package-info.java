/**
 * Transport interfaces: links to other nodes. Read {@link dev.tributary.core.peer.PeerTransport} and
 * {@link dev.tributary.core.peer.PeerLink} first.
 */
@NullMarked
package dev.tributary.core.peer;

import org.jspecify.annotations.NullMarked;
