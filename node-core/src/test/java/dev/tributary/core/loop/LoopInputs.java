package dev.tributary.core.loop;

import reactor.core.publisher.Mono;

/** The inputs of a loop under test. Each may be used at any time. */
interface LoopInputs {

    /** Maximum number of queued events of one source. */
    int CAPACITY = 4;

    /** Sends a local event; completes when it is accepted, errors when it is not. */
    Mono<Void> send(LocalEvent event);

    /** Emits an event on the flow of unconfirmed inbound connections. */
    void emitHandshake(HandshakeEvent event);

    /** Emits an event of a confirmed link. */
    void emitTransport(TransportEvent event);
}
