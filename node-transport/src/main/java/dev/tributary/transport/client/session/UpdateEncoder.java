package dev.tributary.transport.client.session;

import dev.tributary.core.Node;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.StateSummary;
import dev.tributary.transport.client.message.UpdatePayload;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Encodes updates for subscribers: the full state, or a delta for a subscriber that sent a summary. Thread-safe. */
final class UpdateEncoder {

    private static final Logger log = LoggerFactory.getLogger(UpdateEncoder.class);

    private final Node node;
    private final Permits permits;

    /** Computes at most {@code maxConcurrent} deltas concurrently; beyond that subscribers receive full states. */
    UpdateEncoder(Node node, int maxConcurrent) {
        this.node = node;
        this.permits = new Permits(maxConcurrent);
    }

    static UpdatePayload fullState(ContractUpdate update) {
        return new UpdatePayload.FullState(update.state());
    }

    /** Returns the delta from the known state; the full state if there is no smaller delta, or no free permit. */
    Mono<UpdatePayload> deltaOrFullState(ContractUpdate update, StateSummary known) {
        return Mono.defer(() -> permits.tryAcquire(1)
                ? delta(update, known).doFinally(end -> permits.release(1))
                : Mono.just(fullState(update)));
    }

    private Mono<UpdatePayload> delta(ContractUpdate update, StateSummary known) {
        return node.delta(update.key().id(), update.state(), known)
                .filter(delta -> delta.size() < update.state().size())
                .<UpdatePayload>map(UpdatePayload.Delta::new)
                .onErrorResume(failure -> {
                    log.debug("delta failed, sending full state key={} reason={}", update.key(), failure.toString());
                    return Mono.empty();
                })
                .defaultIfEmpty(fullState(update));
    }
}
