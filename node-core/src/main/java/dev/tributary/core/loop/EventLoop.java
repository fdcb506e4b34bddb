package dev.tributary.core.loop;

import dev.tributary.core.error.ChannelClosedException;
import dev.tributary.core.error.FatalErrors;
import dev.tributary.core.error.QuotedText;
import dev.tributary.core.error.RateLimitedLog;
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
 * Handles all events of the node, one at a time, on one thread. The sources are created once, merged in one step, and
 * stay subscribed for the node's life. The loop never waits: a handler settles an exchange, changes a table or starts
 * an operation.
 *
 * <p>No source starves another. {@code Flux.merge} alone drains one source for as long as it has events, on the
 * sender's thread; so here every source is a channel that delivers on the loop's thread, in batches. While the other
 * two sources flood, an event at the head of its queue is handled after at most {@link #MAX_OVERTAKEN} of their events;
 * an event with k before it, after those k and at most {@code (1 + k / TURN) * MAX_OVERTAKEN} of theirs.
 */
public final class EventLoop {

    /** Maximum number of other events between two batches of one source: one batch of each of the other two. */
    static final int MAX_OVERTAKEN = 2 * NotificationChannel.BATCH_SIZE;

    /** Stands for a pause that a stop cut short. */
    private static final Long CUT_SHORT = -1L;

    private static final Logger log = LoggerFactory.getLogger(EventLoop.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private final List<EventSource<?>> sources;
    private final Consumer<LoopEvent> handler;
    private final LoopMonitor monitor;
    private final Scheduler loop;
    private final RetryBackoffSpec restartBackoff;
    private final Sinks.Empty<Void> stopping = Sinks.empty();
    private volatile boolean stopped;

    /**
     * A loop that is not running yet.
     *
     * @param loop the single thread on which the sources' channels deliver
     * @param timer measures the pauses before a restart
     */
    public EventLoop(
            List<EventSource<?>> sources,
            Consumer<LoopEvent> handler,
            LoopMonitor monitor,
            Scheduler loop,
            Scheduler timer) {
        this.sources = List.copyOf(sources);
        this.handler = handler;
        this.monitor = monitor;
        this.loop = loop;
        this.restartBackoff = Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
                .maxBackoff(Duration.ofSeconds(10))
                .transientErrors(true)
                .scheduler(timer);
    }

    /**
     * Runs until cancelled, or until {@link #stop()} was called and every source has ended. Subscribe once. At the end
     * the channels are closed, so later sends fail.
     */
    public Mono<Void> run() {
        return Mono.defer(this::mergeSources)
                // All signals of the merge are on the loop thread, so events are never handled on another.
                .subscribeOn(loop)
                .doFinally(end -> sources.forEach(source -> source.channel().close()));
    }

    /** From now on a flow that ends is not resubscribed. Events accepted before are still handled. */
    public void stop() {
        stopped = true;
        stopping.tryEmitEmpty();
    }

    private Mono<Void> mergeSources() {
        List<Flux<? extends LoopEvent>> flows = new ArrayList<>();
        for (EventSource<?> source : sources) {
            monitor.registerReceiver(source);
            flows.add(source.channel().flux(monitor::onBatchStart));
            if (!source.feeds().isEmpty()) {
                flows.add(forwardFeeds(source));
            }
        }
        return Flux.<LoopEvent>merge(Flux.fromIterable(flows), flows.size(), NotificationChannel.BATCH_SIZE)
                .doOnNext(this::handle)
                .then();
    }

    /** Forwards the flows of a source into its channel; closes the channel when all have ended for good. */
    private <E extends LoopEvent> Flux<E> forwardFeeds(EventSource<E> source) {
        List<Flux<E>> flows =
                source.feeds().stream().map(feed -> withRestart(source, feed)).toList();
        return Flux.merge(Flux.fromIterable(flows), flows.size(), 1)
                .doOnComplete(source.channel()::close)
                .<E>thenMany(Flux.empty())
                .publishOn(loop, 1);
    }

    /** Logs and resubscribes a flow that fails or ends; the other flows are not affected. */
    private <E extends LoopEvent> Flux<E> withRestart(EventSource<E> source, EventFeed<E> feed) {
        return Flux.defer(() -> source.channel().sendAll(feed.events()))
                .concatWith(Mono.defer(this::onEnd))
                .onErrorComplete(ChannelClosedException.class)
                .doOnError(failure -> {
                    monitor.onFlowRestart(source.kind());
                    log.warn(
                            "flow restarts source={} flow={} reason={}",
                            source.kind().label(),
                            feed.name(),
                            failure.toString());
                })
                .retryWhen(Retry.from(this::restartPauses));
    }

    /** A flow that ends counts as failed, unless the loop is stopped. */
    private <E> Mono<E> onEnd() {
        return stopped ? Mono.empty() : Mono.error(new IllegalStateException("the flow ended"));
    }

    /** The pause before each restart, growing while the flow keeps failing. Only a stop cuts a pause short. */
    private Flux<Long> restartPauses(Flux<Retry.RetrySignal> failures) {
        return failures.concatMap(
                        failure -> restartBackoff
                                .generateCompanion(Flux.just(failure))
                                .takeUntilOther(stopping.asMono())
                                .defaultIfEmpty(CUT_SHORT),
                        1)
                .takeWhile(pause -> !pause.equals(CUT_SHORT));
    }

    /** Handles one event. If the handler throws, even an Error, only that event is lost. */
    private void handle(LoopEvent event) {
        monitor.onHandlerStart(event);
        try {
            handler.accept(event);
        } catch (Throwable failure) {
            FatalErrors.report(failure);
            monitor.onHandlerFailed(event);
            failures.warn(failure, "event dropped, its handler failed event={}", QuotedText.cut(String.valueOf(event)));
        } finally {
            monitor.onHandlerEnd(event);
        }
    }
}
