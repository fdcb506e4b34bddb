package dev.tributary.transport.client.remote;

import reactor.core.publisher.Mono;

/** Connects to the node. */
@FunctionalInterface
interface Connector {

    /** Opens a new connection for each subscription. Errors with {@link NodeUnreachableException}. */
    Mono<NodeConnection> connect();
}
