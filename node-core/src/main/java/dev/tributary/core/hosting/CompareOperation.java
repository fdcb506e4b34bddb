package dev.tributary.core.hosting;

import dev.tributary.core.error.ExchangeTimeoutException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.ByteQueue;
import dev.tributary.core.request.Deadline;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.request.RefusalMapper;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Compares replicas with a neighbour: offers the digests of contracts that both should hold, pushes missing replicas,
 * and reconciles replicas that differ, so that both end equal. If all are equal, only digests are sent.
 */
public final class CompareOperation {

    /** Maximum rate of pushed states per link: 8 MiB a second. */
    private static final long BYTES_PER_SECOND = 8L << 20;

    /** Maximum number of small states pushed at once over a link; they share the rate above. */
    private static final int SMALL_CONCURRENCY = 4;

    /** Maximum number of bytes of a small state. Larger ones are pushed one at a time over each link. */
    private static final int LARGE = 64 << 10;

    /** Maximum number of bytes of large states in memory at once, unless one alone is larger. */
    private static final long LARGE_BYTES = 64L << 20;

    private static final Logger log = LoggerFactory.getLogger(CompareOperation.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private final RequestContext context;
    private final HostedContracts contracts;
    private final ReplicaTracker replicas;
    private final Reconciliation reconciliation;
    private final ReconcileLimiter limiter;

    /** Bytes of large states that are read and not yet in the queue of a link, which counts them from then on. */
    private final ByteQueue largeStates;

    /** Reconciliations under way: a GET that needs one which maintenance has begun waits for that one. */
    private final Map<Pair, Mono<Void>> reconciling = new ConcurrentHashMap<>();

    /** @param receiver merges the changes that local replicas are missing */
    public CompareOperation(RequestContext context, HostedContracts contracts, StateReceiver receiver) {
        this.context = context;
        this.contracts = contracts;
        this.replicas = contracts.table().replicaTracker();
        this.reconciliation = new Reconciliation(context, contracts, receiver);
        this.limiter = new ReconcileLimiter(context.time());
        this.largeStates = new ByteQueue(LARGE_BYTES, context.timer());
    }

    /** Replies to a neighbour's offer with verdicts from the hosting table; does not read the store. */
    public Mono<PeerReply> serve(PeerId neighbour, Hosting.Offer offer) {
        return Mono.fromSupplier(() -> replicas.answer(neighbour, offer));
    }

    /**
     * Replies to a neighbour whose replica differs. Errors with a {@link NodeException} if the difference fails, and with
     * {@link NodeBusyException} if the neighbour asks too often.
     */
    public Mono<PeerReply> serve(PeerId neighbour, Update.Reconcile request) {
        return Mono.defer(() -> limiter.admits(neighbour, request.id(), contracts.sizeOf(request.id()))
                ? reconciliation.serve(neighbour, request)
                : Mono.error(new NodeBusyException("reconciliations of one peer and contract", 1)));
    }

    /** 1 while a large state is read to be pushed or reconciled, else 0. */
    int largePushes() {
        return largeStates.used() > 0 ? 1 : 0;
    }

    /**
     * Offers the contracts that still need a comparison, and pushes or reconciles the replicas that differ. Errors with
     * a {@link NodeException} when the neighbour fails; contracts not handled by then stay due.
     */
    Mono<Void> compare(PeerId peer, List<ContractInstanceId> ids) {
        return Mono.defer(() -> Mono.justOrEmpty(context.neighbours().link(peer)))
                .flatMap(link -> {
                    List<Hosting.Replica> held = replicas.offersFor(peer, withoutPuts(link, ids));
                    return held.isEmpty() ? Mono.empty() : offer(link, held);
                });
    }

    /** A state that is on its way to the peer is compared after that: the peer would ask for a second copy. */
    private List<ContractInstanceId> withoutPuts(PeerLink link, List<ContractInstanceId> ids) {
        Set<ContractInstanceId> beingPut = context.exchanges().puttingOver(link);
        return ids.stream().filter(id -> !beingPut.contains(id)).toList();
    }

    /**
     * Has the partners confirm the replica before it answers a GET: those that may hold another state are asked, and
     * what they hold is merged. Completes when each has done so or failed; never errors with a {@link NodeException}.
     *
     * @param patience when partners that do not answer are given up
     * @param deadline when a merge is given up
     */
    public Mono<Void> confirm(ContractInstanceId id, Deadline patience, Deadline deadline) {
        return Flux.defer(() -> Flux.fromIterable(replicas.partnersToConfirm(id)))
                .flatMap(
                        peer -> Mono.justOrEmpty(context.neighbours().link(peer))
                                .flatMap(link -> confirm(link, id, patience, deadline)),
                        OperationConfig.MAX_REPLICAS,
                        1)
                .then();
    }

    /** A partner gets half of the time, so that a search among other hosts has the rest. */
    private Mono<Void> confirm(PeerLink link, ContractInstanceId id, Deadline patience, Deadline deadline) {
        return Mono.justOrEmpty(replicas.offer(id))
                .flatMap(held ->
                        compare(link, List.of(held), patience.remaining().dividedBy(2)))
                .flatMap(tasks -> Flux.fromIterable(tasks)
                        .concatMap(task -> complete(link, task, deadline), 1)
                        .then())
                .onErrorResume(NodeException.class, failure -> {
                    log.debug(
                            "replica not confirmed peer={} contract={} reason={}",
                            link.peer(),
                            id,
                            failure.getMessage());
                    if (failure.isLackOfRoom()) {
                        replicas.recordUnstorable(link.peer(), id);
                    } else {
                        replicas.recordSilent(link.peer(), id, failure.kind() == NodeException.Kind.EXCHANGE_TIMEOUT);
                    }
                    return Mono.empty();
                });
    }

    private Mono<Void> complete(PeerLink link, SyncTask task, Deadline deadline) {
        ContractInstanceId id = task.held.id();
        if (task.action == ReplicaTracker.SyncAction.PUSH) {
            return Mono.fromRunnable(() -> replicas.requeue(link.peer(), List.of(id)));
        }
        // The one that was under way may have had less time than the GET has.
        return reconcile(link, id, deadline.remaining())
                .onErrorResume(ExchangeTimeoutException.class, late -> reconcile(link, id, deadline.remaining()));
    }

    private Mono<Void> offer(PeerLink link, List<Hosting.Replica> held) {
        return compare(link, held, context.config().replicaTimeout()).flatMap(tasks -> runActions(link, held, tasks));
    }

    /** Offers the replicas; emits what is left to do for those that differ or are missing. */
    private Mono<List<SyncTask>> compare(PeerLink link, List<Hosting.Replica> held, Duration timeout) {
        Duration limit = timeout.toMillis() < 1 ? Duration.ofMillis(1) : timeout;
        Hosting.Offer offer = new Hosting.Offer(context.ids().get(), limit, held);
        return exchange(link, offer, limit)
                .flatMap(reply -> reply instanceof Hosting.Answer answer
                                && answer.verdicts().size() == held.size()
                        ? Mono.just(tasks(link, held, answer))
                        : Mono.error(RefusalMapper.unexpectedReply(link.peer(), reply)));
    }

    private List<SyncTask> tasks(PeerLink link, List<Hosting.Replica> held, Hosting.Answer answer) {
        List<SyncTask> tasks = new ArrayList<>();
        for (int i = 0; i < held.size(); i++) {
            boolean isConfirmed = !answer.unconfirmed().contains(i);
            ReplicaTracker.SyncAction action = replicas.recordVerdict(
                    link.peer(), held.get(i), answer.verdicts().get(i), isConfirmed);
            if (action != ReplicaTracker.SyncAction.NONE) {
                tasks.add(new SyncTask(held.get(i), action));
            }
        }
        return tasks;
    }

    private Mono<Void> runActions(PeerLink link, List<Hosting.Replica> held, List<SyncTask> tasks) {
        List<SyncTask> small = new ArrayList<>();
        List<SyncTask> large = new ArrayList<>();
        // What is sent counts, not the size of the state: a reconciliation sends a summary and a delta.
        tasks.forEach(task -> (isLargePush(task) ? large : small).add(task));
        log.debug(
                "replicas compared peer={} offered={} different={}",
                link.peer(),
                held.size(),
                small.size() + large.size());
        return pushSmall(link, small)
                .thenMany(Flux.fromIterable(large).concatMap(each -> runAction(link, each, 1), 1))
                .then();
    }

    private static boolean isLargePush(SyncTask task) {
        return task.action == ReplicaTracker.SyncAction.PUSH && task.held.bytes() > LARGE;
    }

    /** After a failure, tasks in flight complete and no more are started; a busy neighbour would abort them all. */
    private Mono<Void> pushSmall(PeerLink link, List<SyncTask> small) {
        AtomicReference<@Nullable NodeException> firstFailure = new AtomicReference<>();
        return Flux.fromIterable(small)
                .takeWhile(each -> firstFailure.get() == null)
                .flatMap(
                        each -> runAction(link, each, SMALL_CONCURRENCY).onErrorResume(NodeException.class, failure -> {
                            firstFailure.compareAndSet(null, failure);
                            return Mono.empty();
                        }),
                        SMALL_CONCURRENCY,
                        1)
                .then(Mono.defer(() -> {
                    NodeException failure = firstFailure.get();
                    return failure == null ? Mono.empty() : Mono.error(failure);
                }));
    }

    /** A large state waits for room in memory until it is in the queue of its link: no peer that is silent is waited for. */
    private Mono<Void> runAction(PeerLink link, SyncTask task, int concurrency) {
        int bytes = task.held.bytes();
        Mono<Void> action = bytes <= LARGE
                ? runAction(link, task, concurrency, () -> {})
                : largeStates.run(bytes, leave -> runAction(link, task, concurrency, leave));
        return action.timeout(context.config().deadline(bytes), context.timer());
    }

    private Mono<Void> runAction(PeerLink link, SyncTask task, int concurrency, Runnable onQueued) {
        return task.action == ReplicaTracker.SyncAction.PUSH
                ? push(link, task.held, concurrency, onQueued)
                : reconcile(link, task.held.id(), timeout(task.held.bytes()));
    }

    /** Reconciles the replicas, or waits for the reconciliation that is under way. */
    private Mono<Void> reconcile(PeerLink link, ContractInstanceId id, Duration timeout) {
        return Mono.defer(() -> reconciling.computeIfAbsent(
                new Pair(link.peer(), id),
                pair -> reconciliation
                        .reconcile(link, id, timeout)
                        // Before the result is emitted, so that a receiver may begin another one.
                        .doOnTerminate(() -> reconciling.remove(pair))
                        .doOnCancel(() -> reconciling.remove(pair))
                        .share()));
    }

    /** @param concurrency number of pushes that share the link */
    private Mono<Void> push(PeerLink link, Hosting.Replica held, int concurrency, Runnable onQueued) {
        return contracts
                .find(held.id())
                .map(Optional::of)
                .onErrorResume(StorageException.class, unreadable -> {
                    failures.warn(unreadable, "replica unreadable, not pushed contract={}", held.id());
                    return Mono.empty();
                })
                .defaultIfEmpty(Optional.empty())
                .flatMap(found -> found.map(stored -> push(link, held, stored, concurrency, onQueued))
                        .orElseGet(() -> Mono.fromRunnable(() -> replicas.recordRefusal(link.peer(), held.id()))));
    }

    private Mono<Void> push(
            PeerLink link, Hosting.Replica held, StoredContract stored, int concurrency, Runnable onQueued) {
        Duration timeout = timeout(held.bytes());
        Put.Request request = Put.Request.replication(context.ids().get(), timeout, stored.contract(), stored.state());
        long pauseNanos = 1_000_000_000L * concurrency * held.bytes() / BYTES_PER_SECOND;
        return context.exchanges()
                .ask(link, request, timeout, bytes -> {}, onQueued)
                .flatMap(reply -> onPushReply(link, held.id(), stored.digest(), reply, timeout))
                .then(
                        pauseNanos < 1_000_000
                                ? Mono.empty()
                                : Mono.delay(Duration.ofNanos(pauseNanos), context.timer())
                                        .then());
    }

    private Mono<Void> onPushReply(
            PeerLink link, ContractInstanceId id, StateDigest pushed, PeerReply reply, Duration timeout) {
        if (reply instanceof Refused refused) {
            boolean isContractSpecific = refused.code().isContractSpecific();
            if (isContractSpecific || refused.code().isPassedOver()) {
                recordRefusal(link, id, refused);
            }
            // A full or failing neighbour is replaced for this contract, and not sent the others of the batch.
            return isContractSpecific ? Mono.empty() : Mono.error(RefusalMapper.toError(refused, link.peer(), timeout));
        }
        return RefusalMapper.expect(Put.Stored.class, link.peer(), reply)
                .doOnNext(put -> replicas.recordDelivered(link.peer(), id, pushed, put.digest()))
                .then();
    }

    private void recordRefusal(PeerLink link, ContractInstanceId id, Refused refused) {
        replicas.recordRefusal(link.peer(), id);
        log.debug(
                "replica refused tx={} peer={} contract={} code={} reason={}",
                refused.tx(),
                link.peer(),
                id,
                refused.code(),
                refused.detail());
    }

    private record Pair(PeerId peer, ContractInstanceId id) {}

    private record SyncTask(Hosting.Replica held, ReplicaTracker.SyncAction action) {}

    /** The neighbour's reply, including a refusal of one contract; every other refusal is an error. */
    private Mono<PeerReply> exchange(PeerLink link, PeerRequest request, Duration timeout) {
        return context.exchanges()
                .ask(link, request, timeout)
                .flatMap(reply ->
                        reply instanceof Refused refused && !refused.code().isContractSpecific()
                                ? Mono.error(RefusalMapper.toError(refused, link.peer(), timeout))
                                : Mono.just(reply));
    }

    private Duration timeout(int bytes) {
        return context.config().replicaTimeout(bytes);
    }
}
