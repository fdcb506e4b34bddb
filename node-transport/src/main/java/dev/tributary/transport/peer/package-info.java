/**
 * Links to other nodes over TCP and TLS: dial, accept, verify identity, keep alive, close with a reason. Read
 * {@link dev.tributary.transport.peer.TcpPeerTransport} first, then {@link dev.tributary.transport.peer.Handshake} and
 * {@link dev.tributary.transport.peer.NettyPeerLink}.
 */
@NullMarked
package dev.tributary.transport.peer;

import org.jspecify.annotations.NullMarked;
