package dev.tributary.app.contract;

import dev.tributary.core.contract.ConformanceCheck;
import dev.tributary.core.contract.ConformanceReport;
import dev.tributary.core.contract.MergeLaw;
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
 * Searches for counter-examples in rounds: first among the given states, then among random merges of them. The same
 * seed gives the same rounds.
 */
final class ConformanceSearch {

    /** Number of states in a random round. The number of calls grows with its third power. */
    private static final int STATES_PER_ROUND = 4;

    private final OfflineRuntime runtime;
    private final Contract contract;
    private final Random random;
    private final Map<MergeLaw, ConformanceReport.Violation> violations = new EnumMap<>(MergeLaw.class);
    private int checks;
    private final Set<State> checkedStates = new HashSet<>();

    ConformanceSearch(OfflineRuntime runtime, Contract contract, long seed) {
        this.runtime = runtime;
        this.contract = contract;
        this.random = new Random(seed);
    }

    /**
     * Checks the contract. The report counts the comparisons and the distinct initial states of all rounds.
     *
     * @param given valid states
     * @param rounds 1 or more
     * @throws NodeException if the contract cannot be run on a given state
     */
    ConformanceReport check(List<State> given, int rounds) {
        checkRound(given);
        for (int round = 1; round < rounds; round++) {
            checkRound(draw(given));
        }
        return new ConformanceReport(checkedStates.size(), checks, List.copyOf(violations.values()));
    }

    private void checkRound(List<State> roundStates) {
        ConformanceReport report = ConformanceCheck.check(runtime, contract, roundStates);
        checkedStates.addAll(roundStates);
        checks += report.checks();
        report.violations().forEach(each -> violations.putIfAbsent(each.law(), each));
    }

    private List<State> draw(List<State> given) {
        List<State> states = new ArrayList<>();
        for (int i = 0; i < STATES_PER_ROUND; i++) {
            State state = anyOf(given);
            for (int merges = random.nextInt(STATES_PER_ROUND); merges > 0; merges--) {
                state = merge(state, anyOf(given));
            }
            states.add(state);
        }
        return states;
    }

    private State anyOf(List<State> given) {
        return given.get(random.nextInt(given.size()));
    }

    /** Merges two states; returns the current one if that fails or is invalid, which the check itself reports. */
    private State merge(State current, State other) {
        try {
            State merged = runtime.merge(contract, current, new StateChange.Full(other));
            return runtime.verdict(contract, merged) instanceof Verdict.Valid ? merged : current;
        } catch (NodeException failed) {
            return current;
        }
    }
}
