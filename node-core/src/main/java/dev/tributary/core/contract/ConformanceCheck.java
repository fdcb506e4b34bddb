package dev.tributary.core.contract;

import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Checks a contract against the merge laws, with given states and the states that they merge to. Two states are equal
 * if their bytes are, or if the contract sees no difference: equal summaries, and empty deltas in both directions. Runs
 * on the calling thread; the number of calls grows with the third power of the number of states.
 */
public final class ConformanceCheck {

    /** Maximum number of states: ten already mean a thousand associativity checks. */
    private static final int MAX_STATES = 10;

    private final ContractRuntime runtime;
    private final Contract contract;
    private final Map<MergeLaw, ConformanceReport.Violation> violations = new EnumMap<>(MergeLaw.class);
    private int checks;

    private ConformanceCheck(ContractRuntime runtime, Contract contract) {
        this.runtime = runtime;
        this.contract = contract;
    }

    /**
     * Checks the contract.
     *
     * @param given valid states, some of them different; only the first ten distinct ones are used
     * @throws NodeException if a given state is not valid, or the contract cannot be run on it
     */
    public static ConformanceReport check(ContractRuntime runtime, Contract contract, List<State> given) {
        return new ConformanceCheck(runtime, contract).run(given);
    }

    /**
     * Repeats one merge, also in the other direction, and returns the first law that it breaks; empty if all hold.
     *
     * @param merged the contract's result of merging {@code incoming} into {@code held}
     * @throws NodeException if the contract cannot be run on these states, which proves no violation
     */
    static Optional<MergeLaw> recheck(
            ContractRuntime runtime, Contract contract, State held, State incoming, State merged) {
        ConformanceCheck check = new ConformanceCheck(runtime, contract);
        if (runtime.validate(contract, merged) instanceof Verdict.Invalid) {
            return Optional.of(MergeLaw.MERGE_KEEPS_VALID);
        } else if (!check.same(check.merge(merged, incoming), merged).holds()) {
            return Optional.of(MergeLaw.MERGE_IS_IDEMPOTENT);
        }
        // An incoming state that is not valid on its own can be merged into another one, but is never held itself.
        return runtime.validate(contract, incoming) instanceof Verdict.Valid
                        && !check.same(check.merge(incoming, held), merged).holds()
                ? Optional.of(MergeLaw.MERGE_IS_COMMUTATIVE)
                : Optional.empty();
    }

    private ConformanceReport run(List<State> given) {
        for (State state : given) {
            if (runtime.validate(contract, state) instanceof Verdict.Invalid invalid) {
                throw new ContractRejectedException(contract.key(), invalid.reason());
            }
        }
        List<State> states = withMerged(given);
        for (State a : states) {
            checkState(a);
            for (State b : states) {
                checkPair(a, b);
                for (State c : states) {
                    checkTriple(a, b, c);
                }
            }
        }
        return new ConformanceReport(states.size(), checks, List.copyOf(violations.values()));
    }

    /** The given states and the merges of each two adjacent ones, without duplicates, up to the maximum. */
    private List<State> withMerged(List<State> given) {
        List<State> states = new ArrayList<>();
        given.stream().distinct().limit(MAX_STATES).forEach(states::add);
        int originals = states.size();
        for (int i = 0; i + 1 < originals && states.size() < MAX_STATES; i++) {
            State a = states.get(i);
            State b = states.get(i + 1);
            testLaw(MergeLaw.MERGE_KEEPS_VALID, List.of(a, b), () -> {
                State merged = merge(a, b);
                if (!states.contains(merged)) {
                    states.add(merged);
                }
                return new Outcome(true, merged.bytes());
            });
        }
        return states;
    }

    private void checkState(State a) {
        testLaw(MergeLaw.MERGE_IS_IDEMPOTENT, List.of(a), () -> same(merge(a, a), a));
        testLaw(
                MergeLaw.SUMMARY_IS_STABLE,
                List.of(a),
                () -> equal(
                        runtime.summarize(contract, a).bytes(),
                        runtime.summarize(contract, a).bytes()));
        testLaw(MergeLaw.DELTA_IS_EMPTY_WHEN_UP_TO_DATE, List.of(a), () -> {
            StateDelta delta = runtime.delta(contract, a, runtime.summarize(contract, a));
            return new Outcome(delta.size() == 0, delta.bytes());
        });
    }

    private void checkPair(State a, State b) {
        testLaw(MergeLaw.MERGE_KEEPS_VALID, List.of(a, b), () -> {
            State merged = merge(a, b);
            return new Outcome(runtime.validate(contract, merged) instanceof Verdict.Valid, merged.bytes());
        });
        testLaw(MergeLaw.MERGE_IS_COMMUTATIVE, List.of(a, b), () -> same(merge(a, b), merge(b, a)));
        testLaw(MergeLaw.MERGE_IS_IDEMPOTENT, List.of(a, b), () -> same(merge(merge(a, b), b), merge(a, b)));
        testLaw(MergeLaw.DELTA_BRINGS_EVERYTHING, List.of(a, b), () -> same(withDelta(a, b), merge(b, a)));
    }

    private void checkTriple(State a, State b, State c) {
        testLaw(
                MergeLaw.MERGE_IS_ASSOCIATIVE,
                List.of(a, b, c),
                () -> same(merge(merge(a, b), c), merge(a, merge(b, c))));
    }

    /** The state {@code to} with the delta applied that {@code from} computes for it. */
    private State withDelta(State from, State to) {
        StateDelta delta = runtime.delta(contract, from, runtime.summarize(contract, to));
        return delta.size() == 0 ? to : runtime.merge(contract, to, new StateChange.Delta(delta));
    }

    /** Merges two states. If the contract rejects the other state, the current one stays, as on a node. */
    private State merge(State current, State other) {
        try {
            return runtime.merge(contract, current, new StateChange.Full(other));
        } catch (ContractRejectedException rejected) {
            return current;
        }
    }

    private static Outcome equal(Bytes a, Bytes b) {
        return new Outcome(a.equals(b), a, b);
    }

    private Outcome same(State a, State b) {
        boolean same = a.equals(b)
                || (runtime.summarize(contract, a).equals(runtime.summarize(contract, b))
                        && runtime.delta(contract, a, runtime.summarize(contract, b))
                                        .size()
                                == 0
                        && runtime.delta(contract, b, runtime.summarize(contract, a))
                                        .size()
                                == 0);
        return new Outcome(same, a.bytes(), b.bytes());
    }

    /** Tests a law until its first violation: one counter-example for each law is enough. */
    private void testLaw(MergeLaw law, List<State> states, Supplier<Outcome> test) {
        if (violations.containsKey(law)) {
            return;
        }
        checks++;
        try {
            Outcome outcome = test.get();
            if (!outcome.holds()) {
                violations.put(
                        law,
                        new ConformanceReport.Violation(
                                law, states, outcome.results(), "it does not hold for these states"));
            }
        } catch (NodeException failed) {
            violations.put(
                    law, new ConformanceReport.Violation(law, states, List.of(), String.valueOf(failed.getMessage())));
        }
    }

    /** Whether a law holds, and the results that were compared. */
    private record Outcome(boolean holds, List<Bytes> results) {

        Outcome(boolean holds, Bytes... results) {
            this(holds, List.of(results));
        }
    }
}
