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
 * Runs a contract over given states, and over what they merge to, and says which laws it breaks. States are the same if
 * their bytes are, or if the contract itself sees no difference: equal summaries, and nothing missing either way. Computes
 * on the calling thread, with up to the third power of the number of states in calls.
 */
public final class ConformanceCheck {

    /** With more the calls become too many to wait for: a thousand associations. */
    private static final int STATES = 10;

    private final ContractRuntime runtime;
    private final Contract contract;
    private final Map<Law, ConformanceReport.Violation> violations = new EnumMap<>(Law.class);
    private int checks;

    private ConformanceCheck(ContractRuntime runtime, Contract contract) {
        this.runtime = runtime;
        this.contract = contract;
    }

    /**
     * Checks the contract.
     *
     * @param given valid states, some of them different; of more than ten only the first ten are used
     * @throws NodeException if a given state is not valid, or the contract cannot be run on it
     */
    public static ConformanceReport check(ContractRuntime runtime, Contract contract, List<State> given) {
        return new ConformanceCheck(runtime, contract).run(given);
    }

    /**
     * The law that one merge is found to break when it is made again, and the other way round; none if it holds.
     *
     * @param merged what the contract made of {@code brought}, merged into {@code held}
     * @throws NodeException if the contract cannot be run on these, which says nothing about the laws
     */
    static Optional<Law> recheck(ContractRuntime runtime, Contract contract, State held, State brought, State merged) {
        ConformanceCheck check = new ConformanceCheck(runtime, contract);
        if (runtime.validate(contract, merged) instanceof Verdict.Invalid) {
            return Optional.of(Law.MERGE_KEEPS_VALID);
        } else if (!check.same(check.merge(merged, brought), merged).holds()) {
            return Optional.of(Law.MERGE_IS_IDEMPOTENT);
        }
        // Something that is no valid state by itself can only be brought, and not be held.
        return runtime.validate(contract, brought) instanceof Verdict.Valid
                        && !check.same(check.merge(brought, held), merged).holds()
                ? Optional.of(Law.MERGE_IS_COMMUTATIVE)
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
            alone(a);
            for (State b : states) {
                pair(a, b);
                for (State c : states) {
                    triple(a, b, c);
                }
            }
        }
        return new ConformanceReport(states.size(), checks, List.copyOf(violations.values()));
    }

    /** The given states and what neighbours among them merge to, without repetition, up to the limit. */
    private List<State> withMerged(List<State> given) {
        List<State> states = new ArrayList<>();
        given.stream().distinct().limit(STATES).forEach(states::add);
        int originals = states.size();
        for (int i = 0; i + 1 < originals && states.size() < STATES; i++) {
            State a = states.get(i);
            State b = states.get(i + 1);
            holds(Law.MERGE_KEEPS_VALID, List.of(a, b), () -> {
                State merged = merge(a, b);
                if (!states.contains(merged)) {
                    states.add(merged);
                }
                return new Outcome(true, merged.bytes());
            });
        }
        return states;
    }

    private void alone(State a) {
        holds(Law.MERGE_IS_IDEMPOTENT, List.of(a), () -> same(merge(a, a), a));
        holds(
                Law.SUMMARY_IS_STABLE,
                List.of(a),
                () -> equal(
                        runtime.summarize(contract, a).bytes(),
                        runtime.summarize(contract, a).bytes()));
        holds(Law.DELTA_IS_EMPTY_WHEN_UP_TO_DATE, List.of(a), () -> {
            StateDelta delta = runtime.delta(contract, a, runtime.summarize(contract, a));
            return new Outcome(delta.size() == 0, delta.bytes());
        });
    }

    private void pair(State a, State b) {
        holds(Law.MERGE_KEEPS_VALID, List.of(a, b), () -> {
            State merged = merge(a, b);
            return new Outcome(runtime.validate(contract, merged) instanceof Verdict.Valid, merged.bytes());
        });
        holds(Law.MERGE_IS_COMMUTATIVE, List.of(a, b), () -> same(merge(a, b), merge(b, a)));
        holds(Law.MERGE_IS_IDEMPOTENT, List.of(a, b), () -> same(merge(merge(a, b), b), merge(a, b)));
        holds(Law.DELTA_BRINGS_EVERYTHING, List.of(a, b), () -> same(withDelta(a, b), merge(b, a)));
    }

    private void triple(State a, State b, State c) {
        holds(Law.MERGE_IS_ASSOCIATIVE, List.of(a, b, c), () -> same(merge(merge(a, b), c), merge(a, merge(b, c))));
    }

    /** The second state after it got what the first has to bring. */
    private State withDelta(State from, State to) {
        StateDelta delta = runtime.delta(contract, from, runtime.summarize(contract, to));
        return delta.size() == 0 ? to : runtime.merge(contract, to, new StateChange.Delta(delta));
    }

    /** A contract may refuse a state that it has no use for: its holder keeps what it has, as with a merge. */
    private State merge(State current, State other) {
        try {
            return runtime.merge(contract, current, new StateChange.Full(other));
        } catch (ContractRejectedException useless) {
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

    /** One counter-example for each law is enough: a broken one has many. */
    private void holds(Law law, List<State> states, Supplier<Outcome> test) {
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

    /** Whether a law holds, and what it was told by. */
    private record Outcome(boolean holds, List<Bytes> results) {

        Outcome(boolean holds, Bytes... results) {
            this(holds, List.of(results));
        }
    }
}
