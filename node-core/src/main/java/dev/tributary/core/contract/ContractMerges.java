package dev.tributary.core.contract;

import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Merges changes into the states of contracts and validates the results, with the related contracts that they ask for. */
final class ContractMerges {

    private final ContractLimits limits;
    private final CallRunner calls;
    private final CallMeter meter;
    private final RelatedLookup related;

    ContractMerges(ContractLimits limits, CallRunner calls, CallMeter meter, RelatedLookup related) {
        this.limits = limits;
        this.calls = calls;
        this.meter = meter;
        this.related = related;
    }

    /** The merged and validated state; equals {@code held} if the change adds nothing. */
    Mono<State> merge(CallClass callClass, Contract contract, State held, StateChange change) {
        return calls.run(callClass, contract, runtime -> attempt(runtime, contract, held, change))
                .flatMap(attempt -> attempt.merged() instanceof MergeOutcome.RequestRelated request
                        ? mergeWithRelated(callClass, contract, held, change, request.ids())
                                .flatMap(merged -> validate(callClass, contract, held, merged))
                        : complete(callClass, contract, held, attempt));
    }

    /** Outcome of a merge, and the verdict on the new state; null if it is unchanged, too large or not merged. */
    private record Attempt(MergeOutcome merged, @Nullable Verdict verdict) {}

    /** Merges and validates in one turn, since a second turn costs more than most validations of a small state. */
    private Attempt attempt(ContractRuntime runtime, Contract contract, State held, StateChange change) {
        RelatedContracts none = RelatedContracts.none();
        MergeOutcome outcome = meter.measure(() -> runtime.merge(contract, held, change, none));
        boolean changed = outcome instanceof MergeOutcome.Merged merged
                && !merged.state().equals(held)
                && merged.state().size() <= limits.stateBytes();
        return new Attempt(
                outcome,
                changed
                        ? meter.measure(() -> runtime.validate(contract, ((MergeOutcome.Merged) outcome).state(), none))
                        : null);
    }

    private Mono<State> complete(CallClass callClass, Contract contract, State held, Attempt attempt) {
        State merged = ((MergeOutcome.Merged) attempt.merged()).state();
        Verdict verdict = attempt.verdict();
        return verdict == null
                ? validate(callClass, contract, held, merged)
                : requireValid(callClass, contract, merged, verdict);
    }

    private Mono<State> validate(CallClass callClass, Contract contract, State held, State merged) {
        return merged.equals(held) ? Mono.just(held) : validate(callClass, contract, merged);
    }

    private Mono<State> mergeWithRelated(
            CallClass callClass,
            Contract contract,
            State held,
            StateChange change,
            List<ContractInstanceId> relatedIds) {
        return related.fetch(contract, "merge", relatedIds)
                .flatMap(found ->
                        calls.call(callClass, contract, runtime -> runtime.merge(contract, held, change, found)))
                .map(outcome -> {
                    if (outcome instanceof MergeOutcome.Merged merged) {
                        return merged.state();
                    }
                    throw RelatedContracts.unavailable(contract, "merge", "it asks for other contracts again");
                });
    }

    /** The state, once the contract has found it valid. */
    Mono<State> validate(CallClass callClass, Contract contract, State state) {
        if (state.size() > limits.stateBytes()) {
            return Mono.error(new PayloadTooLargeException("merged state", state.size(), limits.stateBytes()));
        }
        RelatedContracts none = RelatedContracts.none();
        return calls.call(callClass, contract, runtime -> runtime.validate(contract, state, none))
                .flatMap(verdict -> requireValid(callClass, contract, state, verdict));
    }

    private Mono<State> requireValid(CallClass callClass, Contract contract, State state, Verdict first) {
        return (first instanceof Verdict.RequestRelated request
                        ? related.fetch(contract, "validate", request.ids())
                                .flatMap(found -> calls.call(
                                        callClass, contract, runtime -> runtime.validate(contract, state, found)))
                        : Mono.just(first))
                .map(verdict -> switch (verdict.kind()) {
                    case VALID -> state;
                    case INVALID ->
                        throw new ContractRejectedException(contract.key(), ((Verdict.Invalid) verdict).reason());
                    case REQUEST_RELATED ->
                        throw RelatedContracts.unavailable(contract, "validate", "it asks for other contracts again");
                });
    }
}
