package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Works for the subscribers, in two strands that never end: one reads for newcomers what is held here, and one looks on the
 * ring for what is not. When there is nothing to do it sleeps.
 */
public final class SubscriptionUpkeep {

    /** How many contracts are read for newcomers at once: a slow disk holds up the others no longer than that. */
    private static final int WELCOMES_AT_ONCE = 64;

    /** How many contracts are looked for at once; a silent network holds up a search for the whole deadline. */
    private static final int SEARCHES_AT_ONCE = 64;

    private static final Logger log = LoggerFactory.getLogger(SubscriptionUpkeep.class);

    private final OperationContext context;
    private final HostedContracts contracts;
    private final GetOperation gets;
    private final Subscriptions subscriptions;

    /**
     * An upkeep that does not run yet.
     *
     * @param gets finds what is not held here, and keeps it
     */
    public SubscriptionUpkeep(
            OperationContext context, HostedContracts contracts, GetOperation gets, Subscriptions subscriptions) {
        this.context = context;
        this.contracts = contracts;
        this.gets = gets;
        this.subscriptions = subscriptions;
    }

    /** Runs until it is cancelled. Subscribe once. */
    public Mono<Void> run() {
        return Mono.when(
                strand("welcome", subscriptions.welcomes(), this::welcome, WELCOMES_AT_ONCE),
                strand("search", subscriptions.searches(), this::search, SEARCHES_AT_ONCE));
    }

    /** How many contracts are read or looked for at this moment, or should be. */
    public int pending() {
        return subscriptions.welcomes().busy() + subscriptions.searches().busy();
    }

    private Mono<Void> welcome(ContractInstanceId id) {
        Topic topic = subscriptions.topic(id);
        if (topic == null) {
            return Mono.empty();
        }
        Topic.Arrivals arrivals = topic.arrivals();
        return arrivals.who().isEmpty() ? Mono.empty() : welcome(id, topic, arrivals);
    }

    private Mono<Void> welcome(ContractInstanceId id, Topic topic, Topic.Arrivals arrivals) {
        return context.deadline(context.config().deadline(), context.ids().get())
                .limit(deadline -> contracts.find(id), context.timer())
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .doOnNext(held -> held.ifPresentOrElse(
                        stored -> {
                            subscriptions.hold(id, topic);
                            topic.welcome(arrivals, stored);
                        },
                        () -> subscriptions.seek(id, topic)))
                .onErrorResume(NodeException.class, unreadable -> {
                    subscriptions.turnAway(id, topic, arrivals, unreadable);
                    return Mono.empty();
                })
                .then();
    }

    private Mono<Void> search(ContractInstanceId id) {
        Topic topic = subscriptions.topic(id);
        if (topic == null || topic.held()) {
            return Mono.empty();
        }
        return gets.fetch(id, CallClass.CLIENT_LOCAL, context.config().deadline())
                .takeUntilOther(topic.deserted())
                .doOnNext(result -> found(id, topic, result))
                .onErrorResume(NodeException.class, failure -> {
                    notFound(id, topic, failure);
                    return Mono.empty();
                })
                .doOnError(fault -> subscriptions.searchLater(id, topic))
                .then();
    }

    private void notFound(ContractInstanceId id, Topic topic, NodeException failure) {
        log.debug("contract={} not found for its subscribers: {}", id, failure.getMessage());
        if (failure instanceof ContractUnsupportedException || failure instanceof PayloadTooLargeException) {
            subscriptions.fail(id, failure);
        } else {
            subscriptions.searchLater(id, topic);
        }
    }

    private void found(ContractInstanceId id, Topic topic, GetResult result) {
        if (result instanceof GetResult.NotFound) {
            subscriptions.searchLater(id, topic);
        } else if (contracts.table().holds(id)) {
            subscriptions.hold(id, topic);
        } else {
            GetResult.Found found = (GetResult.Found) result;
            subscriptions.fail(id, contracts.noRoom(found.contract(), found.value()));
        }
    }

    private Mono<Void> strand(String name, Agenda agenda, Function<ContractInstanceId, Mono<Void>> errand, int atOnce) {
        Flux<Void> work = agenda.wake()
                .work(agenda::take, agenda::next)
                .flatMap(id -> Mono.using(() -> id, errand, agenda::end), atOnce, 1);
        return Wake.strand(name, work, context.timer());
    }
}
