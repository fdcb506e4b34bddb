package dev.tributary.transport.client.remote;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.remote.Listening.Heard;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Subscriptions, each on a connection of its own, so that none can hold up another and what comes needs no sorting. A
 * connection that ends is made again with backoff, and the state then is compared with the last one that came.
 */
final class Subscriptions {

    private static final double JITTER = 0.5;

    private final NodeClientConfig config;
    private final Connector connector;
    private final Scheduler timer;
    private final Sinks.Empty<Void> closed = Sinks.empty();

    Subscriptions(NodeClientConfig config, Connector connector, Scheduler timer) {
        this.config = config;
        this.connector = connector;
        this.timer = timer;
    }

    Flux<RemoteUpdate> follow(ContractInstanceId id) {
        return Flux.defer(() -> {
            AtomicBoolean begun = new AtomicBoolean();
            Numbering numbering = new Numbering();
            Flux<Heard> heard = Flux.usingWhen(
                            connector.connect().doOnNext(wire -> numbering.connected()),
                            wire -> new Listening(id, wire, config.deadline(), timer).states(),
                            wire -> Mono.fromRunnable(wire::close))
                    .doOnNext(state -> begun.set(true))
                    .retryWhen(Retry.backoff(Long.MAX_VALUE, config.firstBackoff())
                            .maxBackoff(config.lastBackoff())
                            .jitter(JITTER)
                            .transientErrors(true)
                            .scheduler(timer)
                            .filter(failure -> begun.get() || failure instanceof Listening.NotYetException));
            return Flux.merge(closed.asMono().then(Mono.error(ClientClosedException::new)), heard)
                    .handle(numbering::number)
                    .onBackpressureLatest()
                    .map(new Skips()::shown);
        });
    }

    /** Ends all of them. */
    void close() {
        // Only the first call has something to say.
        closed.tryEmitEmpty();
    }
}
