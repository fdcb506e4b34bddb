package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.hosting.ChangeResult;
import dev.tributary.core.hosting.StateOrigin;
import dev.tributary.core.hosting.StateReceiver;
import dev.tributary.core.request.ConcurrencyLimit;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Receives states whose contracts need the states of related contracts. Related contracts that this node does not hold
 * are searched for on the ring and stored like the result of a GET; then the contract is called again. A found state is
 * stored without a further search, here and at the hops that store a replica, so contracts that need each other do not
 * search without end.
 *
 * <p>A search holds neither a contract thread nor the contract's lock: the call that found a contract missing has
 * ended, and the next call starts from the beginning. So searches cannot deadlock.
 */
public final class RelatedSearch implements StateReceiver {

    /** Timeout of all searches for one state together; the same on all nodes of the network. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Maximum number of search rounds: one for merging, and one for validating the merged state. */
    private static final int MAX_ROUNDS = 2;

    /** Maximum number of waiting states of each call class: each holds memory for a contract that may not exist. */
    private static final int MAX_WAITING = 64;

    /** Maximum number of parallel searches for one state: all contracts that one call may ask for. */
    private static final int MAX_PARALLEL = 10;

    private static final Logger log = LoggerFactory.getLogger(RelatedSearch.class);

    private final StateReceiver contracts;
    private final GetOperation gets;
    private final TimeSource time;
    private final Map<CallClass, ConcurrencyLimit> waiting = Stream.of(CallClass.values())
            .collect(Collectors.toUnmodifiableMap(
                    Function.identity(),
                    each -> new ConcurrencyLimit("states that wait for other contracts", MAX_WAITING)));

    /**
     * Creates the search.
     *
     * @param contracts stores states, and errors with the ids of related contracts that this node does not hold
     * @param gets finds missing contracts, and stores them without a further search
     */
    public RelatedSearch(StateReceiver contracts, GetOperation gets, TimeSource time) {
        this.contracts = contracts;
        this.gets = gets;
        this.time = time;
    }

    /**
     * {@inheritDoc} Errors with {@link ContractFailedException}, which names the missing contracts, if they were not
     * found within ten seconds, and with {@link dev.tributary.core.error.NodeBusyException} if 64 states of the same
     * call class are waiting.
     */
    @Override
    public Mono<State> store(StateOrigin origin, Contract contract, State state) {
        return attempt(
                origin.callClass(), Mono.defer(() -> contracts.store(origin, contract, state)), MAX_ROUNDS, TIMEOUT);
    }

    /** {@inheritDoc} Further errors are those of {@link #store}. */
    @Override
    public Mono<ChangeResult> change(StateOrigin origin, ContractInstanceId id, List<StateChange> changes) {
        return attempt(
                origin.callClass(), Mono.defer(() -> contracts.change(origin, id, changes)), MAX_ROUNDS, TIMEOUT);
    }

    /** {@inheritDoc} Further errors are those of {@link #store}. */
    @Override
    public Mono<State> apply(CallClass callClass, Contract contract, State state, StateChange change) {
        return attempt(
                callClass, Mono.defer(() -> contracts.apply(callClass, contract, state, change)), MAX_ROUNDS, TIMEOUT);
    }

    /** Number of states that wait for related contracts. */
    public int waiting() {
        return waiting.values().stream().mapToInt(ConcurrencyLimit::running).sum();
    }

    private <T> Mono<T> attempt(CallClass callClass, Mono<T> call, int rounds, Duration budget) {
        if (rounds == 0) {
            return call;
        }
        return call.onErrorResume(ContractFailedException.class, failed -> {
            if (failed.missing().isEmpty()) {
                return Mono.error(failed);
            }
            long startedAt = time.nanos();
            return Objects.requireNonNull(waiting.get(callClass))
                    .admit(find(failed, budget))
                    .then(Mono.defer(() -> attempt(callClass, call, rounds - 1, remaining(budget, startedAt))));
        });
    }

    /** Completes when this node holds all missing contracts. */
    private Mono<Void> find(ContractFailedException failed, Duration budget) {
        log.debug("related contracts missing contract={} missing={}", failed.key(), failed.missing());
        return Flux.fromIterable(failed.missing())
                .flatMapSequential(id -> find(id, budget), MAX_PARALLEL, 1)
                .collectList()
                .flatMap(missing -> missing.isEmpty() ? Mono.empty() : Mono.error(unavailable(failed, missing)));
    }

    /** Completes empty if this node holds the contract afterwards. */
    private Mono<Missing> find(ContractInstanceId id, Duration budget) {
        return gets.fetch(id, CallClass.BACKGROUND, budget)
                .filter(GetResult.NotFound.class::isInstance)
                .map(notFound -> new Missing(id, "it was not found"))
                .onErrorResume(
                        NodeException.class,
                        failure -> Mono.just(new Missing(id, String.valueOf(failure.getMessage()))));
    }

    private Duration remaining(Duration budget, long startedAt) {
        Duration remaining = budget.minusNanos(time.nanos() - startedAt);
        return remaining.toMillis() < 1 ? Duration.ofMillis(1) : remaining;
    }

    private static ContractFailedException unavailable(ContractFailedException failed, List<Missing> missing) {
        String detail = missing.stream()
                .map(each -> each.id() + " because " + each.reason())
                .collect(Collectors.joining(", ", "related contracts are not available: ", ""));
        return ContractFailedException.missing(
                failed.key(),
                failed.function(),
                missing.stream().map(Missing::id).toList(),
                detail);
    }

    private record Missing(ContractInstanceId id, String reason) {}
}
