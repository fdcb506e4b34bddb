/** Event loops that close their sockets before they end. Read {@link dev.tributary.transport.socket.SocketLoops}. */
@NullMarked
package dev.tributary.transport.socket;

import org.jspecify.annotations.NullMarked;
