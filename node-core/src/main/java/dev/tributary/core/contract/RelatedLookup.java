package dev.tributary.core.contract;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Fetches the states of the related contracts that a contract asks for. */
final class RelatedLookup {

    /** Timeout of fetching all related states of one call: the value that all nodes of the network use. */
    private static final Duration RELATED_TIMEOUT = Duration.ofSeconds(10);

    private final RelatedStates relatedStates;
    private final Scheduler timer;

    /**
     * Looks up related contracts.
     *
     * @param timer runs the timeout
     */
    RelatedLookup(RelatedStates relatedStates, Scheduler timer) {
        this.relatedStates = relatedStates;
        this.timer = timer;
    }

    /** Fetches the states that a contract asks for; errors if an id is not allowed or not found within the timeout. */
    Mono<RelatedContracts> fetch(Contract contract, String function, List<ContractInstanceId> ids) {
        RelatedContracts.requireAllowed(contract, function, ids);
        return Flux.fromStream(() -> ids.stream().distinct())
                .flatMapSequential(this::lookUp, RelatedContracts.MAX_RELATED)
                .reduce(RelatedContracts::plus)
                .timeout(RELATED_TIMEOUT, timer)
                .onErrorMap(
                        TimeoutException.class,
                        late -> RelatedContracts.unavailable(
                                contract,
                                function,
                                "other contracts were not found within " + RELATED_TIMEOUT.toMillis() + " ms"))
                .flatMap(found -> found.missing().isEmpty()
                        ? Mono.just(found)
                        : Mono.error(missingRelated(contract, function, found.missing())));
    }

    private Mono<RelatedContracts> lookUp(ContractInstanceId id) {
        return relatedStates
                .find(id)
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .map(state -> new RelatedContracts(Map.of(id, state)));
    }

    private static ContractFailedException missingRelated(
            Contract contract, String function, List<ContractInstanceId> missing) {
        String detail = missing.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return ContractFailedException.missing(
                contract.key(), function, missing, "it asks for contracts that are not held here: " + detail);
    }
}
