package dev.tributary.core.operation;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.NodeNotice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Looks after what is hosted, in strands that never end: one finds out what is due when neighbours come or go and every
 * interval besides, one tells neighbours what has changed, one compares what is due with theirs, and one removes from the
 * store what was given up. When nothing is due it sleeps.
 */
public final class HostingUpkeep {

    /** What happens to the neighbourhood within this time is looked at once. */
    private static final Duration TOGETHER = Duration.ofMillis(200);

    /** So many contracts are placed in one go, which takes well under a millisecond. */
    private static final int REVIEWED_AT_ONCE = 128;

    /** So many neighbours are compared with at once: a silent one holds up an eighth. */
    private static final int STEPS_AT_ONCE = 8;

    /** Changes are told at once; so many may wait for a whole state to be read, or for their turn to tell a large one. */
    private static final int TOLD_AT_ONCE = 256;

    private static final Duration COMPLAINTS = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(HostingUpkeep.class);

    private final OperationContext context;
    private final HostedContracts contracts;
    private final HostingTable table;
    private final HostingOperation operation;
    private final SpreadOperation spread;
    private final Consumer<NodeNotice> notices;
    private final Wake neighboursChanged;
    private final AtomicInteger stepping = new AtomicInteger();
    private volatile long quietUntil;

    /**
     * An upkeep that does not run yet.
     *
     * @param notices hears what clients lose
     */
    public HostingUpkeep(
            OperationContext context,
            HostedContracts contracts,
            HostingOperation operation,
            SpreadOperation spread,
            Consumer<NodeNotice> notices) {
        this.context = context;
        this.contracts = contracts;
        this.table = contracts.table();
        this.operation = operation;
        this.spread = spread;
        this.notices = notices;
        this.neighboursChanged = new Wake(context.timer());
        this.quietUntil = context.time().nanos();
        context.neighbourhood().onChange(this::neighboursChanged);
    }

    /** Runs until it is cancelled. Subscribe once. */
    public Mono<Void> run() {
        return Mono.when(
                strand("review", review()),
                strand("tell", tell()),
                strand("compare", compare()),
                strand("remove", remove()));
    }

    /** How much is due or under way, but for what is only looked at as a routine: zero when all is quiet. */
    public int pending() {
        return Math.toIntExact(table.due().steps().due())
                + stepping.get()
                + table.due().spreading().due()
                + table.leavers().count();
    }

    private void neighboursChanged() {
        table.neighbours(Vicinity.of(context.self(), context.neighbourhood().peers()));
        neighboursChanged.ring();
    }

    private Mono<Void> strand(String name, Flux<?> work) {
        return Wake.strand(name, work, context.timer());
    }

    private Flux<?> review() {
        return Mono.defer(() -> neighboursChanged.sleep(
                        Optional.of(spread(table.config().interval()))))
                .then(Mono.delay(TOGETHER, context.timer()))
                .thenMany(Flux.defer(this::reviewAll))
                .repeat();
    }

    /** A few at a time, each few in a task of their own, so that nobody else on the timer waits for all. */
    private Flux<?> reviewAll() {
        neighboursChanged.reset();
        return Flux.fromIterable(inFew(table.ids()))
                .concatMap(few -> Mono.fromRunnable(() -> table.review(few)).subscribeOn(context.timer()), 1);
    }

    private Flux<?> compare() {
        StepQueue steps = table.due().steps();
        return table.due().stepDue().work(steps::take, steps::next).flatMap(this::compare, STEPS_AT_ONCE, 1);
    }

    /** The next one begins when this one is sent, so that of one contract they arrive in order. */
    private Flux<?> tell() {
        Spreading spreading = table.due().spreading();
        return table.due()
                .tellDue()
                .work(
                        () -> spreading
                                .takeLeft(Hosting.Offer.MAX)
                                .map(spread::leave)
                                .or(() -> spreading.take().map(this::tell)),
                        spreading::next)
                .flatMap(work -> work, TOLD_AT_ONCE, 1);
    }

    private Mono<Void> tell(Spreading.Told due) {
        return spread.tell(due).doFinally(end -> table.due().spreading().end(due));
    }

    private Mono<Void> compare(StepQueue.Step step) {
        return Mono.using(
                this::begin,
                failed -> operation
                        .compare(step)
                        .timeout(context.config().deadline(), context.timer())
                        .doOnSuccess(done -> failed.set(false))
                        .onErrorResume(
                                failure -> failure instanceof NodeException || failure instanceof TimeoutException,
                                failure -> {
                                    log.debug("peer={} not compared with: {}", step.peer(), failure.getMessage());
                                    return Mono.empty();
                                }),
                failed -> end(step, failed.get()));
    }

    private AtomicBoolean begin() {
        stepping.incrementAndGet();
        return new AtomicBoolean(true);
    }

    private void end(StepQueue.Step step, boolean failed) {
        stepping.decrementAndGet();
        table.peerCopies().requeue(step.peer(), step.ids());
        table.due().steps().end(step.peer(), failed);
    }

    private Flux<?> remove() {
        Leavers leavers = table.leavers();
        // Nothing is looked up ahead: the first stays the first until it is removed.
        return leavers.due().work(leavers::first, Optional::empty).concatMap(this::remove, 0);
    }

    private Mono<Void> remove(Leavers.Leaver leaver) {
        ContractInstanceId id = leaver.key().id();
        return contracts
                .remove(id)
                .doOnNext(gone -> {
                    if (gone && leaver.byClient()) {
                        complain(id);
                        notices.accept(new NodeNotice.ContractDropped(leaver.key(), leaver.bytes()));
                    }
                })
                .then()
                .onErrorResume(NodeException.class, failure -> {
                    log.warn("contract={} could not be removed yet: {}", id, failure.getMessage());
                    return Mono.delay(spread(Wake.RESTART), context.timer()).then();
                });
    }

    /** Clients may put too much for hours: the log says so once a minute, and the notices each time. */
    private void complain(ContractInstanceId dropped) {
        long now = context.time().nanos();
        if (now - quietUntil < 0) {
            log.debug("contract={} of a client was dropped too", dropped);
            return;
        }
        quietUntil = now + COMPLAINTS.toNanos();
        log.warn("contract={} of a client was dropped: those of other clients take all the room", dropped);
    }

    /** Three to five quarters of it, so that nodes do not fall into step with each other. */
    private Duration spread(Duration middle) {
        long quarter = middle.toMillis() / 4;
        return Duration.ofMillis(middle.toMillis() - quarter + context.random().nextLong(2 * quarter + 1));
    }

    private static List<List<ContractInstanceId>> inFew(List<ContractInstanceId> all) {
        List<List<ContractInstanceId>> few = new ArrayList<>();
        for (int from = 0; from < all.size(); from += REVIEWED_AT_ONCE) {
            few.add(all.subList(from, Math.min(all.size(), from + REVIEWED_AT_ONCE)));
        }
        return few;
    }
}
