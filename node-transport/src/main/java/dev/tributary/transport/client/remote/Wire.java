package dev.tributary.transport.client.remote;

import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One connection to a node, which is one session there. There are no request ids: its user asks one thing at a time. */
interface Wire {

    /** Whole messages from now on; an error when the connection ends, whoever ended it. Must be asked for all. */
    Flux<ClientReply> replies();

    /** Completes when the socket has taken the whole message. */
    Mono<Void> send(ClientRequest request);

    /** Whether it has ended. */
    boolean ended();

    /** Begins to take leave. */
    void close();

    /** The first thing that the node says after this request. If that does not come, the connection is good for nothing. */
    default Mono<ClientReply> exchange(ClientRequest request) {
        return Flux.merge(replies(), send(request).cast(ClientReply.class)).next();
    }
}
