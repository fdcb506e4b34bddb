package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.NodeException;
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
 * Takes states in whose contracts ask for others: those that are not held here are looked for on the ring, kept like
 * whatever a GET finds, and then the contract is asked again. What is found is taken in without another search, here and at
 * the hops that keep a copy, so contracts that ask for each other come to an end.
 *
 * <p>While it searches it holds neither a contract thread nor the contract's turn: the attempt that found something
 * missing is over, and the next one starts from the beginning. So no search can wait for one that waits for it.
 */
public final class RelatedSearch implements Intake {

    /** How long a state may wait for others, all together: the network's number. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Merging may ask once and validating what comes out once more. */
    private static final int ROUNDS = 2;

    /** How many states may wait for others at once, of each class: more hold memory for what may never come. */
    private static final int WAITING = 64;

    /** All that a contract may ask for at once are looked for at once. */
    private static final int RELATED = 10;

    private static final Logger log = LoggerFactory.getLogger(RelatedSearch.class);

    private final Intake contracts;
    private final GetOperation gets;
    private final TimeSource time;
    private final Map<CallClass, Admission> waiting = Stream.of(CallClass.values())
            .collect(Collectors.toUnmodifiableMap(
                    Function.identity(), each -> new Admission("states that wait for other contracts", WAITING)));

    /**
     * A search with nothing under way.
     *
     * @param contracts takes states in and errors with what is missing here
     * @param gets finds what is missing, and takes it in without a search
     */
    public RelatedSearch(Intake contracts, GetOperation gets, TimeSource time) {
        this.contracts = contracts;
        this.gets = gets;
        this.time = time;
    }

    /**
     * {@inheritDoc} Errors with {@link ContractFailedException}, which names what is missing, if others could not be had
     * within ten seconds, and with {@link dev.tributary.core.error.NodeBusyException} if too many states wait already.
     */
    @Override
    public Mono<State> store(Bringer bringer, Contract contract, State brought) {
        return attempt(
                bringer.callClass(), Mono.defer(() -> contracts.store(bringer, contract, brought)), ROUNDS, PATIENCE);
    }

    /** {@inheritDoc} Errors besides as {@link #store} does. */
    @Override
    public Mono<Changed> change(Bringer bringer, ContractInstanceId id, List<StateChange> changes) {
        return attempt(bringer.callClass(), Mono.defer(() -> contracts.change(bringer, id, changes)), ROUNDS, PATIENCE);
    }

    /** How many states wait for others. */
    int waiting() {
        return waiting.values().stream().mapToInt(Admission::running).sum();
    }

    private <T> Mono<T> attempt(CallClass callClass, Mono<T> change, int rounds, Duration left) {
        if (rounds == 0) {
            return change;
        }
        return change.onErrorResume(ContractFailedException.class, failed -> {
            if (failed.missing().isEmpty()) {
                return Mono.error(failed);
            }
            long began = time.nanos();
            return Objects.requireNonNull(waiting.get(callClass))
                    .admit(find(failed, left))
                    .then(Mono.defer(() -> attempt(callClass, change, rounds - 1, rest(left, began))));
        });
    }

    /** Completes when all that is missing is held here. */
    private Mono<Void> find(ContractFailedException failed, Duration left) {
        log.debug("contract={} asks for others that are not held here: {}", failed.key(), failed.missing());
        return Flux.fromIterable(failed.missing())
                .flatMapSequential(id -> find(id, left), RELATED, 1)
                .collectList()
                .flatMap(missing -> missing.isEmpty() ? Mono.empty() : Mono.error(unavailable(failed, missing)));
    }

    /** Empty if it is held here afterwards. */
    private Mono<Missing> find(ContractInstanceId id, Duration left) {
        return gets.fetch(id, CallClass.BACKGROUND, left)
                .filter(GetResult.NotFound.class::isInstance)
                .map(nowhere -> new Missing(id, "it was not found"))
                .onErrorResume(
                        NodeException.class,
                        failure -> Mono.just(new Missing(id, String.valueOf(failure.getMessage()))));
    }

    private Duration rest(Duration left, long began) {
        Duration rest = left.minusNanos(time.nanos() - began);
        return rest.toMillis() < 1 ? Duration.ofMillis(1) : rest;
    }

    private static ContractFailedException unavailable(ContractFailedException failed, List<Missing> missing) {
        String detail = missing.stream()
                .map(each -> each.id() + " because " + each.reason())
                .collect(Collectors.joining(", ", "it asks for contracts that cannot be had: ", ""));
        return ContractFailedException.missing(
                failed.key(),
                failed.function(),
                missing.stream().map(Missing::id).toList(),
                detail);
    }

    private record Missing(ContractInstanceId id, String reason) {}
}
