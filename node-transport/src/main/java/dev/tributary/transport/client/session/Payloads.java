package dev.tributary.transport.client.session;

import dev.tributary.core.Node;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.StateSummary;
import dev.tributary.transport.client.message.UpdatePayload;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * What subscribers are told of a change: the whole state, or, if they said what they know, what they are missing of it.
 * Safe to use from any thread.
 */
final class Payloads {

    private static final Logger log = LoggerFactory.getLogger(Payloads.class);

    private final Node node;
    private final Semaphore places;

    /** Asks contracts for so many deltas at once; beyond that subscribers are told whole states. */
    Payloads(Node node, int atOnce) {
        this.node = node;
        this.places = new Semaphore(atOnce);
    }

    static UpdatePayload whole(ContractUpdate update) {
        return new UpdatePayload.FullState(update.state());
    }

    /** The whole state if nothing smaller can be had. */
    Mono<UpdatePayload> missing(ContractUpdate update, StateSummary known) {
        return Mono.defer(() -> places.tryAcquire()
                ? delta(update, known).doFinally(end -> places.release())
                : Mono.just(whole(update)));
    }

    private Mono<UpdatePayload> delta(ContractUpdate update, StateSummary known) {
        return node.delta(update.key().id(), update.state(), known)
                .filter(delta -> delta.size() < update.state().size())
                .<UpdatePayload>map(UpdatePayload.Delta::new)
                .onErrorResume(failure -> {
                    log.debug("key={} no delta for a subscriber: {}", update.key(), failure.toString());
                    return Mono.empty();
                })
                .defaultIfEmpty(whole(update));
    }
}
