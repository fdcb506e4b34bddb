package dev.tributary.transport.client.remote;

import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A connection to a node: one session there. There are no request ids, so only one request may be pending. */
interface NodeConnection {

    /** Emits replies from now on; errors when either side closes the connection. Requires unbounded demand. */
    Flux<ClientReply> replies();

    /** Sends the request. Completes when the whole message is written to the socket. */
    Mono<Void> send(ClientRequest request);

    /** True if the connection has ended. */
    boolean isClosed();

    /** Starts to close the connection. */
    void close();

    /** Sends the request and emits the next reply. If that fails, the connection must not be used again. */
    default Mono<ClientReply> exchange(ClientRequest request) {
        return Flux.merge(replies(), send(request).cast(ClientReply.class)).next();
    }
}
