/**
 * What a transport gives the node: links to other nodes. Read {@link dev.tributary.core.peer.PeerTransport} and\n * {@link dev.tributary.core.peer.PeerLink} first, then {@link dev.tributary.core.peer.Handshakes}.
 */
@NullMarked
package dev.tributary.core.peer;

import org.jspecify.annotations.NullMarked;
