package dev.tributary.transport.client.remote;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.remote.RemoteSubscription.RemoteState;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Subscriptions, each on a connection of its own, so that they do not delay each other and notifications need no
 * dispatching. A lost connection is retried with backoff; the state is then compared with the last received state.
 */
final class SubscriptionClient {

    private static final double JITTER = 0.5;

    private final NodeClientConfig config;
    private final Connector connector;
    private final Scheduler timer;
    private final Sinks.Empty<Void> closed = Sinks.empty();

    SubscriptionClient(NodeClientConfig config, Connector connector, Scheduler timer) {
        this.config = config;
        this.connector = connector;
        this.timer = timer;
    }

    Flux<RemoteUpdate> subscribe(ContractInstanceId id) {
        return Flux.defer(() -> {
            AtomicBoolean started = new AtomicBoolean();
            StateSequencer numbering = new StateSequencer();
            Flux<RemoteState> states = Flux.usingWhen(
                            connector.connect().doOnNext(wire -> numbering.onConnected()),
                            wire -> new RemoteSubscription(id, wire, config.deadline(), timer).states(),
                            wire -> Mono.fromRunnable(wire::close))
                    .doOnNext(state -> started.set(true))
                    .retryWhen(Retry.backoff(Long.MAX_VALUE, config.backoff().min())
                            .maxBackoff(config.backoff().max())
                            .jitter(JITTER)
                            .transientErrors(true)
                            .scheduler(timer)
                            .filter(failure -> started.get()
                                    || failure instanceof RemoteSubscription.ContractUnavailableException));
            return Flux.merge(closed.asMono().then(Mono.error(ClientClosedException::new)), states)
                    .handle(numbering::assignNumber)
                    .onBackpressureLatest()
                    .map(new SkipCounter()::toUpdate);
        });
    }

    /** Ends all subscriptions. */
    void close() {
        // Emission fails on a repeated call, which has no effect.
        closed.tryEmitEmpty();
    }
}
