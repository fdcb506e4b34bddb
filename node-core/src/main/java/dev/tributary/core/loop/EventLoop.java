package dev.tributary.core.loop;

import dev.tributary.core.error.ChannelClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;

/**
 * Everything that happens to the node passes here, one event at a time, on one thread. The sources are created once,
 * joined flat, and stay subscribed for the node's life. The loop never waits: a handler settles an exchange, changes a
 * table or starts an operation.
 *
 * <p>No source starves another. {@code Flux.merge} alone goes on with one source for as long as that has events, on the
 * thread of whoever sends; so here every source is a channel that delivers on the loop's own thread, in turns. While all
 * others flood, an event that finds nothing of its own source before it is handled after {@link #MAX_OVERTAKEN} of theirs
 * at most; one that finds k before it, after k of its own and {@code (1 + k / TURN) * MAX_OVERTAKEN} of theirs.
 */
final class EventLoop {

    /** A turn of each of the two other sources: how many of their events may go before a turn of the third. */
    static final int MAX_OVERTAKEN = 2 * NotificationChannel.TURN;

    /** In the place of a pause that was cut short. */
    private static final Long STOPPED = -1L;

    private static final Logger log = LoggerFactory.getLogger(EventLoop.class);

    private final List<EventSource<?>> sources;
    private final Consumer<NodeEvent> handler;
    private final LoopMonitor monitor;
    private final Scheduler loop;
    private final RetryBackoffSpec backoff;
    private final Sinks.Empty<Void> stopping = Sinks.empty();
    private volatile boolean stopped;

    /**
     * A loop that does not run yet.
     *
     * @param loop the thread on which the channels of the sources deliver
     * @param timer measures the pauses before a restart
     */
    EventLoop(
            List<EventSource<?>> sources,
            Consumer<NodeEvent> handler,
            LoopMonitor monitor,
            Scheduler loop,
            Scheduler timer) {
        this.sources = List.copyOf(sources);
        this.handler = handler;
        this.monitor = monitor;
        this.loop = loop;
        this.backoff = Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
                .maxBackoff(Duration.ofSeconds(10))
                .transientErrors(true)
                .scheduler(timer);
    }

    /**
     * Runs until cancelled, or until {@link #stop()} was called and every source has ended. Subscribe once. When it is
     * over the channels are closed: nobody sends into the void.
     */
    Mono<Void> run() {
        return Mono.defer(this::join)
                // All signals of the merge are the loop thread's, so that it never handles an event on another.
                .subscribeOn(loop)
                .doFinally(end -> sources.forEach(source -> source.channel().close()));
    }

    /** From now on a flow that ends is not subscribed again. What was accepted before is handled. */
    void stop() {
        stopped = true;
        stopping.tryEmitEmpty();
    }

    private Mono<Void> join() {
        List<Flux<? extends NodeEvent>> flows = new ArrayList<>();
        for (EventSource<?> source : sources) {
            monitor.receivesFrom(source);
            flows.add(source.channel().flux(monitor::resumes));
            if (!source.feeds().isEmpty()) {
                flows.add(feed(source));
            }
        }
        return Flux.<NodeEvent>merge(Flux.fromIterable(flows), flows.size(), NotificationChannel.TURN)
                .doOnNext(this::handle)
                .then();
    }

    /** Leads the flows of a source into its channel; when all have ended for good, the channel is closed. */
    private <E extends NodeEvent> Flux<E> feed(EventSource<E> source) {
        List<Flux<E>> flows =
                source.feeds().stream().map(feed -> restarting(source, feed)).toList();
        return Flux.merge(Flux.fromIterable(flows), flows.size(), 1)
                .doOnComplete(source.channel()::close)
                .<E>thenMany(Flux.empty())
                .publishOn(loop, 1);
    }

    /** A flow that fails or ends is named in the log and subscribed again; the others do not notice. */
    private <E extends NodeEvent> Flux<E> restarting(EventSource<E> source, Feed<E> feed) {
        return Flux.defer(() -> source.channel().sendAll(feed.events()))
                .concatWith(Mono.defer(this::ended))
                .onErrorComplete(ChannelClosedException.class)
                .doOnError(failure -> {
                    monitor.restarted(source.kind());
                    log.warn(
                            "source={} flow={} restarts after: {}",
                            source.kind().label(),
                            feed.name(),
                            failure.toString());
                })
                .retryWhen(Retry.from(this::pauses));
    }

    /** To end is a failure, except at the end. */
    private <E> Mono<E> ended() {
        return stopped ? Mono.empty() : Mono.error(new IllegalStateException("it ended"));
    }

    /** A pause before each restart, ever longer while it keeps failing. A stop cuts the pause short, and nothing else. */
    private Flux<Long> pauses(Flux<Retry.RetrySignal> failures) {
        return failures.concatMap(
                        failure -> backoff.generateCompanion(Flux.just(failure))
                                .takeUntilOther(stopping.asMono())
                                .defaultIfEmpty(STOPPED),
                        1)
                .takeWhile(pause -> !pause.equals(STOPPED));
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
