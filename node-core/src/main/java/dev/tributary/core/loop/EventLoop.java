package dev.tributary.core.loop;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Everything that happens to the node passes here, one event at a time, on one thread. The sources are created once,
 * joined flat, and stay subscribed for the node's life. The loop never waits: a handler settles an exchange, changes a
 * table or starts an operation.
 *
 * <p>No source starves another: {@code Flux.merge} goes on with one source for as long as that has events <em>and</em>
 * demand, so demand is what rotates it. Each source is kept from fusing and gives {@link #SOURCE_PREFETCH} events a turn,
 * and the queue before the handler holds {@link #LOOP_PREFETCH}. An event that a source hands over while another one
 * floods is handled after {@link #MAX_OVERTAKEN} others at most.
 */
final class EventLoop {

    /** How many events of one source are taken a turn. Smaller than the queue after it, or the merge is not fair. */
    static final int SOURCE_PREFETCH = 32;

    /** How many events wait before the handler. */
    static final int LOOP_PREFETCH = 256;

    /** The queue before the handler, and a turn of each of the two other sources. */
    static final int MAX_OVERTAKEN = LOOP_PREFETCH + 3 * SOURCE_PREFETCH;

    private static final Logger log = LoggerFactory.getLogger(EventLoop.class);

    private final List<EventSource> sources;
    private final Consumer<NodeEvent> handler;
    private final LoopMonitor monitor;
    private final Scheduler loop;
    private final Scheduler timer;
    private final Sinks.Empty<Void> stopping = Sinks.empty();
    private volatile boolean stopped;

    EventLoop(
            List<EventSource> sources,
            Consumer<NodeEvent> handler,
            LoopMonitor monitor,
            Scheduler loop,
            Scheduler timer) {
        this.sources = sources;
        this.handler = handler;
        this.monitor = monitor;
        this.loop = loop;
        this.timer = timer;
    }

    /** Runs until cancelled, or until {@link #stop()} was called and every source has ended. Subscribe once. */
    Mono<Void> run() {
        List<Flux<NodeEvent>> joined = sources.stream().map(this::source).toList();
        return Flux.<NodeEvent>merge(Flux.fromIterable(joined), joined.size(), SOURCE_PREFETCH)
                .publishOn(loop, LOOP_PREFETCH)
                .doOnNext(this::handle)
                .then();
    }

    /** From now on a source that ends is not subscribed again. What it delivered before is handled. */
    void stop() {
        stopped = true;
        stopping.tryEmitEmpty();
    }

    /** A source that fails or ends is named in the log and subscribed again; the others do not notice. */
    private Flux<NodeEvent> source(EventSource source) {
        String name = source.kind().label();
        return Flux.<NodeEvent>from(source.events())
                .doOnSubscribe(subscription -> monitor.receivesFrom(source))
                .concatWith(Mono.defer(this::ended))
                .doOnError(failure -> {
                    monitor.restarted(source.kind());
                    log.warn("source={} restarts after: {}", name, failure.toString());
                })
                .retryWhen(Retry.from(this::restartsUntilStop));
    }

    /** To end is a failure, except at the end. */
    private Mono<NodeEvent> ended() {
        return stopped ? Mono.empty() : Mono.error(new IllegalStateException("the source ended"));
    }

    private Flux<Long> restartsUntilStop(Flux<Retry.RetrySignal> failures) {
        return Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
                .maxBackoff(Duration.ofSeconds(10))
                .transientErrors(true)
                .scheduler(timer)
                .generateCompanion(failures)
                .takeUntilOther(stopping.asMono());
    }

    /** A handler that throws costs one event, whatever it throws: the node outlives its bugs. */
    private void handle(NodeEvent event) {
        monitor.begins(event);
        try {
            handler.accept(event);
        } catch (Throwable bug) {
            monitor.threw(event);
            log.error("event={} was dropped by a fault in its handler", event, bug);
        } finally {
            monitor.ends(event);
        }
    }
}
