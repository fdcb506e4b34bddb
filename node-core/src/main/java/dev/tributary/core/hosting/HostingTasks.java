package dev.tributary.core.hosting;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.hosting.replica.NeighbourLocations;
import dev.tributary.core.limit.TokenBucket;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.request.WorkSignal;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The maintenance of the hosted contracts, in four workers that never end: one reviews the sync partners when
 * neighbours change and once per interval, one broadcasts changes, one compares replicas, and one deletes evicted
 * contracts from the store. Workers without work sleep.
 */
public final class HostingTasks {

    /** Pause between a change of the neighbours and the review, to collect further changes. */
    private static final Duration REVIEW_DELAY = Duration.ofMillis(200);

    /** Maximum number of contracts per review task, which takes well under a millisecond. */
    private static final int REVIEW_BATCH = 128;

    /** Maximum number of neighbours to compare with at once: an unresponsive one blocks an eighth of the capacity. */
    private static final int COMPARE_CONCURRENCY = 8;

    /** Maximum number of updates in flight, including those that wait to read or send a full state. */
    private static final int UPDATE_CONCURRENCY = 256;

    /** Rate limit of the warnings about evicted client contracts. */
    private static final TokenBucket.Rate WARNING_RATE = TokenBucket.Rate.of(1, Duration.ofMinutes(1));

    private static final Logger log = LoggerFactory.getLogger(HostingTasks.class);

    private final RequestContext context;
    private final HostedContracts contracts;
    private final HostingTable table;
    private final CompareOperation operation;
    private final UpdateBroadcast broadcast;
    private final Consumer<NodeEvent> notices;
    private final WorkSignal neighboursChanged;
    private final AtomicInteger comparing = new AtomicInteger();
    private final TokenBucket warnings;

    /** The unreliable neighbours at the last review. Guarded by this. */
    private Set<PeerId> unreliableBefore = Set.of();

    /**
     * Creates the tasks; {@link #run} starts them.
     *
     * @param notices receives a notice for each evicted contract that a client put
     */
    public HostingTasks(
            RequestContext context,
            HostedContracts contracts,
            CompareOperation operation,
            UpdateBroadcast broadcast,
            Consumer<NodeEvent> notices) {
        this.context = context;
        this.contracts = contracts;
        this.table = contracts.table();
        this.operation = operation;
        this.broadcast = broadcast;
        this.notices = notices;
        this.neighboursChanged = new WorkSignal(context.timer());
        this.warnings = new TokenBucket(WARNING_RATE, context.time().nanos());
        context.neighbours().onChange(this::neighboursChanged);
    }

    /** Runs until it is cancelled; meanwhile commits send their first updates themselves. Subscribe once. */
    public Mono<Void> run() {
        Mono<Void> workers = Mono.when(
                worker("review", review()),
                worker("broadcast", broadcast()),
                worker("compare", compare()),
                worker("delete", delete()));
        return Mono.using(
                () -> {
                    contracts.startSending(broadcast::send);
                    return contracts;
                },
                started -> workers,
                HostedContracts::stopSending);
    }

    /** Number of tasks due or in flight, without routine comparisons: zero when idle. */
    public int pending() {
        return Math.toIntExact(table.scheduler().compareQueue().nonRoutineCount())
                + comparing.get()
                + table.scheduler().updateQueue().size()
                + table.evictions().count();
    }

    private void neighboursChanged() {
        locate(context.neighbours().unreliable());
        neighboursChanged.signal();
    }

    private synchronized void locate(Set<PeerId> unreliable) {
        unreliableBefore = unreliable;
        table.setNeighbours(
                NeighbourLocations.of(context.self(), context.neighbours().peers(), unreliable));
    }

    /** A neighbour becomes reliable again as time passes, without an event. */
    private synchronized void locateAgain() {
        Set<PeerId> unreliable = context.neighbours().unreliable();
        if (!unreliable.equals(unreliableBefore)) {
            locate(unreliable);
        }
    }

    private Mono<Void> worker(String name, Flux<?> work) {
        return WorkSignal.worker(name, work, context.timer());
    }

    private Flux<?> review() {
        return Mono.defer(() -> neighboursChanged.sleep(
                        Optional.of(jitter(table.config().interval()))))
                .then(Mono.delay(REVIEW_DELAY, context.timer()))
                .thenMany(Flux.defer(this::reviewAll))
                .repeat();
    }

    /** Reviews in batches, each a task of its own, so that other tasks on the timer run in between. */
    private Flux<?> reviewAll() {
        neighboursChanged.reset();
        locateAgain();
        return Flux.fromIterable(batches(table.ids()))
                .concatMap(batch -> Mono.fromRunnable(() -> table.review(batch)).subscribeOn(context.timer()), 1);
    }

    private Flux<?> compare() {
        CompareQueue comparisons = table.scheduler().compareQueue();
        return table.scheduler()
                .compareSignal()
                .work(comparisons::take, comparisons::timeUntilNext)
                .flatMap(this::compare, COMPARE_CONCURRENCY, 1);
    }

    /** Updates of one contract to one neighbour are sent one after the other, so that they arrive in order. */
    private Flux<?> broadcast() {
        UpdateQueue updates = table.scheduler().updateQueue();
        return table.scheduler()
                .updateSignal()
                .work(
                        () -> updates.takeUnfollow(Hosting.Offer.MAX)
                                .map(broadcast::unfollow)
                                .or(() -> updates.take().map(this::broadcast)),
                        updates::timeUntilNext)
                .flatMap(work -> work, UPDATE_CONCURRENCY, 1);
    }

    private Mono<Void> broadcast(UpdateQueue.UpdateTarget target) {
        return broadcast
                .sendUpdate(target)
                .doFinally(end -> table.scheduler().updateQueue().finish(target));
    }

    private Mono<Void> compare(CompareQueue.CompareBatch batch) {
        return Mono.using(
                this::begin,
                failed -> operation
                        .compare(batch.peer(), batch.ids())
                        .doOnSuccess(done -> failed.set(false))
                        .onErrorResume(
                                failure -> failure instanceof NodeException || failure instanceof TimeoutException,
                                failure -> {
                                    log.debug(
                                            "comparison failed peer={} reason={}", batch.peer(), failure.getMessage());
                                    return Mono.empty();
                                }),
                failed -> end(batch, failed.get()));
    }

    private AtomicBoolean begin() {
        comparing.incrementAndGet();
        return new AtomicBoolean(true);
    }

    private void end(CompareQueue.CompareBatch batch, boolean failed) {
        comparing.decrementAndGet();
        table.replicaTracker().requeue(batch.peer(), batch.ids());
        table.scheduler().compareQueue().finish(batch, failed);
    }

    private Flux<?> delete() {
        EvictionQueue evictions = table.evictions();
        // No prefetch: the first entry stays the first until it is deleted.
        return evictions.signal().work(evictions::oldest, Optional::empty).concatMap(this::delete, 0);
    }

    private Mono<Void> delete(EvictionQueue.Eviction eviction) {
        ContractInstanceId id = eviction.key().id();
        return contracts
                .remove(id)
                .doOnNext(isDeleted -> {
                    if (isDeleted && eviction.byClient()) {
                        warnEvicted(id);
                        notices.accept(new NodeEvent.ContractEvicted(eviction.key(), eviction.bytes()));
                    }
                })
                .then()
                .onErrorResume(NodeException.class, failure -> {
                    log.warn("delete failed, retrying contract={} reason={}", id, failure.getMessage());
                    return Mono.delay(jitter(WorkSignal.RESTART_DELAY), context.timer())
                            .then();
                });
    }

    /** Limits the rate of warnings, since clients may exceed the budget for hours; notices are sent each time. */
    private void warnEvicted(ContractInstanceId dropped) {
        if (!warnings.tryAcquire(context.time().nanos())) {
            log.debug("client contract evicted contract={}", dropped);
            return;
        }
        log.warn("client contract evicted contract={} reason=\"other client contracts use the whole budget\"", dropped);
    }

    /** Adds jitter: 75 % to 125 % of the duration, so that nodes do not synchronise their intervals. */
    private Duration jitter(Duration duration) {
        long quarter = duration.toMillis() / 4;
        return Duration.ofMillis(
                duration.toMillis() - quarter + context.random().nextLong(2 * quarter + 1));
    }

    private static List<List<ContractInstanceId>> batches(List<ContractInstanceId> all) {
        List<List<ContractInstanceId>> batches = new ArrayList<>();
        for (int from = 0; from < all.size(); from += REVIEW_BATCH) {
            batches.add(all.subList(from, Math.min(all.size(), from + REVIEW_BATCH)));
        }
        return batches;
    }
}
