package dev.tributary.app.contract;

import dev.tributary.core.contract.ConformanceCheck;
import dev.tributary.core.contract.ConformanceReport;
import dev.tributary.core.contract.Law;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Looks for counter-examples in rounds: first among the given states, then among some of them, drawn at random, and states
 * that they merge to. The same seed draws the same.
 */
final class Conformance {

    /** The calls of a round grow with the third power of this. */
    private static final int DRAWN = 4;

    private final OfflineRuntime runtime;
    private final Contract contract;
    private final Random random;
    private final Map<Law, ConformanceReport.Violation> violations = new EnumMap<>(Law.class);
    private int checks;
    private final Set<State> states = new HashSet<>();

    Conformance(OfflineRuntime runtime, Contract contract, long seed) {
        this.runtime = runtime;
        this.contract = contract;
        this.random = new Random(seed);
    }

    /**
     * Checks the contract; what it answers counts the comparisons of all rounds, and the states that they began with.
     *
     * @param given valid states
     * @param rounds 1 or more
     * @throws NodeException if the contract cannot be run on a given state
     */
    ConformanceReport check(List<State> given, int rounds) {
        look(given);
        for (int round = 1; round < rounds; round++) {
            look(draw(given));
        }
        return new ConformanceReport(states.size(), checks, List.copyOf(violations.values()));
    }

    private void look(List<State> among) {
        ConformanceReport report = ConformanceCheck.check(runtime, contract, among);
        states.addAll(among);
        checks += report.checks();
        report.violations().forEach(each -> violations.putIfAbsent(each.law(), each));
    }

    private List<State> draw(List<State> given) {
        List<State> drawn = new ArrayList<>();
        for (int i = 0; i < DRAWN; i++) {
            State state = any(given);
            for (int merges = random.nextInt(DRAWN); merges > 0; merges--) {
                state = merge(state, any(given));
            }
            drawn.add(state);
        }
        return drawn;
    }

    private State any(List<State> given) {
        return given.get(random.nextInt(given.size()));
    }

    /** What a contract refuses, or breaks off at, makes no new state; that is what the check itself finds. */
    private State merge(State current, State other) {
        try {
            State merged = runtime.merge(contract, current, new StateChange.Full(other));
            return runtime.verdict(contract, merged) instanceof Verdict.Valid ? merged : current;
        } catch (NodeException failed) {
            return current;
        }
    }
}
