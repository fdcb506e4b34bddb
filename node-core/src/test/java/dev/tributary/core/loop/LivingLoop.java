package dev.tributary.core.loop;

import reactor.core.publisher.Mono;

/** A loop as its surroundings see it: three ways in. Each may be used at any moment, and none is told to be silent. */
interface LivingLoop {

    /** How many events of one source a loop of the tests holds. */
    int CAPACITY = 4;

    /** From inside the node: completes when the event is accepted, errors when it is not. */
    Mono<Void> send(Notification event);

    /** On the flow of inbound links that are not confirmed. */
    void arrives(HandshakeEvent event);

    /** On a confirmed link. */
    void receives(TransportEvent event);
}
