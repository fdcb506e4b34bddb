package dev.tributary.core.subscription;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.operation.GetOperation;
import dev.tributary.core.request.Cancellation;
import dev.tributary.core.request.KeyedWorkQueue;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.request.WorkSignal;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Background tasks for the subscribers, in two workers: one reads the state that this node holds for new subscribers,
 * the other searches the ring for contracts that this node does not hold. An idle worker sleeps.
 */
public final class SubscriptionTasks {

    /** Maximum number of concurrent reads for new subscribers, so that a few slow reads do not delay the others. */
    private static final int MAX_READS = 64;

    /** Maximum number of concurrent searches; in a silent network a search takes the whole deadline. */
    private static final int MAX_SEARCHES = 64;

    private static final Logger log = LoggerFactory.getLogger(SubscriptionTasks.class);

    private final RequestContext context;
    private final HostedContracts contracts;
    private final GetOperation gets;
    private final Subscriptions subscriptions;

    /**
     * Creates the tasks; {@link #run} starts them.
     *
     * @param gets finds and stores contracts that this node does not hold
     */
    public SubscriptionTasks(
            RequestContext context, HostedContracts contracts, GetOperation gets, Subscriptions subscriptions) {
        this.context = context;
        this.contracts = contracts;
        this.gets = gets;
        this.subscriptions = subscriptions;
    }

    /** Runs the tasks until cancelled. Subscribe once. */
    public Mono<Void> run() {
        return Mono.when(
                worker("initial-reads", subscriptions.initialReads(), this::readInitial, MAX_READS),
                worker("searches", subscriptions.searches(), this::search, MAX_SEARCHES));
    }

    /** Number of reads and searches that are running or due. */
    public int pending() {
        return subscriptions.initialReads().pending() + subscriptions.searches().pending();
    }

    private Mono<Void> readInitial(ContractInstanceId id) {
        ContractSubscribers topic = subscriptions.subscribersOf(id);
        if (topic == null) {
            return Mono.empty();
        }
        Permits memory = subscriptions.memory();
        long bytes = StateMemory.counted(contracts.sizeOf(id), memory);
        if (!memory.tryAcquire(bytes)) {
            subscriptions.readLater(id);
            return Mono.empty();
        }
        ContractSubscribers.Newcomers newcomers = topic.takeNewcomers();
        if (newcomers.subscribers().isEmpty()) {
            memory.release(bytes);
            return Mono.empty();
        }
        // Returned before the state is offered, where it counts again.
        return readInitial(
                id, topic, newcomers, Mono.using(() -> bytes, counted -> current(id, topic), memory::release));
    }

    /** The state that this node holds; that of other hosts, if it cannot keep that. */
    private Mono<StoredContract> current(ContractInstanceId id, ContractSubscribers topic) {
        Mono<StoredContract> held = contracts.find(id);
        return topic.unstored().isBehind()
                ? held.flatMap(stored -> gets.fetchFromOthers(id, CallClass.CLIENT_LOCAL)
                        .flatMap(result -> Mono.justOrEmpty(result.state()))
                        .switchIfEmpty(Mono.error(() -> contracts.noRoomError(stored.contract(), stored.state())))
                        .flatMap(found -> afterShown(topic, stored, found)))
                : held;
    }

    /** A state of another host, merged into the one that was shown last: hosts may differ for a moment. */
    private Mono<StoredContract> afterShown(ContractSubscribers topic, StoredContract held, State found) {
        State shown = topic.unstored().shown();
        Mono<State> merged = shown == null || shown.equals(found)
                ? Mono.just(found)
                : contracts
                        .apply(CallClass.CLIENT_LOCAL, held.contract(), shown, new StateChange.Full(found))
                        .onErrorReturn(NodeException.class, shown);
        return merged.map(
                state -> new StoredContract(held.contract(), state, state.digest(), held.changed(), held.demand()));
    }

    private Mono<Void> readInitial(
            ContractInstanceId id,
            ContractSubscribers topic,
            ContractSubscribers.Newcomers newcomers,
            Mono<StoredContract> read) {
        return context.deadline(context.config().deadline(), context.ids().get())
                .limit(deadline -> read, context.timer())
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .doOnNext(held -> held.ifPresentOrElse(
                        stored -> {
                            subscriptions.markHeld(id, topic);
                            topic.deliverInitial(newcomers, stored);
                        },
                        () -> subscriptions.markMissing(id, topic)))
                .onErrorResume(NodeException.class, failure -> {
                    subscriptions.failNewcomers(id, topic, newcomers, failure);
                    return Mono.empty();
                })
                .then();
    }

    private Mono<Void> search(ContractInstanceId id) {
        ContractSubscribers topic = subscriptions.subscribersOf(id);
        if (topic != null && topic.unstored().isBehind()) {
            return refresh(id, topic);
        }
        if (topic == null || topic.held()) {
            return Mono.empty();
        }
        return Cancellation.until(gets.fetch(id, CallClass.CLIENT_LOCAL), topic.whenEmpty())
                .doOnNext(result -> found(id, topic, result))
                .onErrorResume(NodeException.class, failure -> {
                    notFound(id, topic, failure);
                    return Mono.empty();
                })
                .doOnError(failure -> subscriptions.scheduleSearch(id, topic))
                .then();
    }

    /** Shows the subscribers what changes led to and this node cannot keep; else what other hosts have. */
    private Mono<Void> refresh(ContractInstanceId id, ContractSubscribers topic) {
        StoredContract changed = topic.unstored().next();
        Mono<StoredContract> newest =
                changed == null ? current(id, topic) : afterShown(topic, changed, changed.state());
        return Cancellation.until(newest, topic.whenEmpty())
                .doOnNext(stored -> subscriptions.showUnstored(topic, stored))
                .onErrorResume(NodeException.class, failure -> {
                    log.debug("state of other hosts not read contract={} reason={}", id, failure.getMessage());
                    return Mono.empty();
                })
                .doFinally(end -> subscriptions.scheduleRefresh(id, topic))
                .then();
    }

    private void notFound(ContractInstanceId id, ContractSubscribers topic, NodeException failure) {
        log.debug("search for subscribers failed contract={} reason={}", id, failure.getMessage());
        if (failure.fault() == NodeException.Fault.NODE_LIMITS) {
            subscriptions.fail(id, failure);
        } else {
            subscriptions.scheduleSearch(id, topic);
        }
    }

    private void found(ContractInstanceId id, ContractSubscribers topic, GetResult result) {
        switch (result.kind()) {
            case FOUND -> holdOrFail(id, topic, (GetResult.Found) result);
            case NOT_FOUND -> subscriptions.scheduleSearch(id, topic);
        }
    }

    private void holdOrFail(ContractInstanceId id, ContractSubscribers topic, GetResult.Found found) {
        if (contracts.table().holds(id)) {
            subscriptions.markHeld(id, topic);
        } else {
            subscriptions.fail(id, contracts.noRoomError(found.contract(), found.value()));
        }
    }

    private Mono<Void> worker(
            String name,
            KeyedWorkQueue<ContractInstanceId> queue,
            Function<ContractInstanceId, Mono<Void>> task,
            int concurrency) {
        Flux<Void> work = queue.signal()
                .work(queue::take, queue::timeUntilNext)
                .flatMap(id -> Mono.using(() -> id, task, queue::finish), concurrency, 1);
        return WorkSignal.worker(name, work, context.timer());
    }
}
