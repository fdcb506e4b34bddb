package dev.tributary.core.operation;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.hosting.CompareOperation;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.hosting.replica.Freshness;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.request.BackgroundExecutor;
import dev.tributary.core.request.Cancellation;
import dev.tributary.core.request.Deadline;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.storage.StoredContract;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;

/** Answers a GET from this node's replica, once another host has confirmed it or for as long as none can. */
final class ReplicaAnswers {

    private final RequestContext context;
    private final HostedContracts contracts;
    private final CompareOperation compares;
    private final BackgroundExecutor background;

    /**
     * Creates the answers.
     *
     * @param compares has other hosts confirm a replica
     */
    ReplicaAnswers(
            RequestContext context,
            HostedContracts contracts,
            CompareOperation compares,
            BackgroundExecutor background) {
        this.context = context;
        this.contracts = contracts;
        this.compares = compares;
        this.background = background;
    }

    /** A quarantined contract is not searched for; a found state would be merged into the isolated one. */
    Mono<PeerReply> answer(Get.Request get, StoredContract stored, GetSearch search, Deadline deadline) {
        Freshness freshness = contracts.freshness(get.id());
        boolean quarantined =
                !contracts.conformanceMonitor().mayBroadcast(stored.contract().key());
        boolean asks = !quarantined && !get.hopsToLive().spent();
        return switch (freshness) {
            case CONFIRMED -> Mono.just(foundHere(get, stored, true));
            case UNCONFIRMABLE -> Mono.just(foundHere(get, stored, false));
            case PARTNER_AWAITED, UNCONFIRMED ->
                asks ? confirm(get, search, deadline) : Mono.just(foundHere(get, stored, false));
        };
    }

    /**
     * Has the contract's other hosts confirm the replica. That they answer is waited for only a share of the time; once
     * one of them is known to hold another state, the merge is waited for until the deadline.
     */
    private Mono<PeerReply> confirm(Get.Request get, GetSearch search, Deadline deadline) {
        Deadline patience = context.deadline(
                shorter(deadline.remaining().dividedBy(2), context.config().replicaTimeout()), get.tx());
        return compares.confirm(get.id(), patience, deadline).then(Mono.defer(() -> {
            boolean searches = contracts.freshness(get.id()) == Freshness.UNCONFIRMED;
            return searches
                    ? findFresher(get, search, patience).switchIfEmpty(replicaAsItIs(get, search, deadline))
                    : replicaAsItIs(get, search, deadline);
        }));
    }

    /** Searches for another replica until the patience ends, and then for as long as a found one is merged. */
    private Mono<PeerReply> findFresher(Get.Request get, GetSearch search, Deadline patience) {
        AtomicBoolean merging = new AtomicBoolean();
        GetSearch noting = search.onFound(() -> merging.set(true));
        Mono<Long> end = Mono.delay(patience.remaining(), context.timer())
                .filter(late -> !merging.get())
                .switchIfEmpty(Mono.never());
        return Cancellation.until(noting.run(get, patience), end)
                .onErrorResume(NodeException.class, failure -> Mono.empty())
                .filter(Get.Found.class::isInstance);
    }

    /** The replica, which may have changed since it was first read. */
    private Mono<PeerReply> replicaAsItIs(Get.Request get, GetSearch search, Deadline deadline) {
        return contracts
                .find(get.id())
                .map(stored -> foundHere(get, stored, contracts.isFresh(get.id())))
                .switchIfEmpty(Mono.defer(() -> search.run(get, deadline)));
    }

    private static Duration shorter(Duration left, Duration right) {
        return left.compareTo(right) < 0 ? left : right;
    }

    private PeerReply foundHere(Get.Request get, StoredContract stored, boolean fresh) {
        contracts.recordRequest(get.id());
        if (contracts.takeOutdatedDemand(get.id())) {
            background.execute("tx=" + get.tx() + " demand", stored.state().size(), contracts.storeDemand(get.id()));
        }
        return new Get.Found(get.tx(), stored.contract(), stored.state(), 0, fresh);
    }
}
