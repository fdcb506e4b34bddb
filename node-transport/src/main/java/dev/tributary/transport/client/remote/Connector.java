package dev.tributary.transport.client.remote;

import reactor.core.publisher.Mono;

/** Makes connections. */
@FunctionalInterface
interface Connector {

    /** A new connection for each subscription. Errors with {@link NodeUnreachableException}. */
    Mono<Wire> connect();
}
