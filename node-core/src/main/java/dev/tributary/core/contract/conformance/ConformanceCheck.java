package dev.tributary.core.contract.conformance;

import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.contract.conformance.ConformanceReport.Violation;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TimeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Checks a contract against the laws of {@link MergeLaw}, with given states and the states that they merge to. Two states
 * are the same if their bytes are, or if the contract sees no difference: empty deltas in both directions. A law counts
 * as broken only if a second run of the case gives the same results; its counter-example is made small. Runs on the
 * calling thread; results of calls are shared by all laws and rounds. Not thread-safe.
 */
public final class ConformanceCheck {

    /** Maximum number of states of a round: ten have 120 triples. */
    private static final int MAX_STATES = 10;

    /** Number of states that are drawn for a random round. */
    private static final int DRAWN_STATES = 4;

    /** Maximum number of states that counter-examples are made of. */
    private static final int MAX_KNOWN = 64;

    /** Maximum number of remembered cases; a case that was forgotten is judged again. */
    private static final int MAX_CASES = 65_536;

    private final Contract contract;
    private final TimeSource time;
    private final ContractCalls calls;
    private final LawJudge judge;
    private final Map<MergeLaw, LawTally> tallies = new EnumMap<>(MergeLaw.class);
    private final BoundedMap<Case, Boolean> cases = BoundedMap.leastRecentlyUsed(MAX_CASES);

    /** The states of the first rounds, of which counter-examples are made. */
    private final Set<State> known = new LinkedHashSet<>();

    private final Set<StateDigest> states = new HashSet<>();
    private int checks;

    /** A law and the states of a case. */
    private record Case(MergeLaw law, List<State> states) {}

    private ConformanceCheck(ContractRuntime runtime, Contract contract, TimeSource time) {
        this.time = time;
        this.contract = contract;
        this.calls = new ContractCalls(runtime, contract, maxResultBytes());
        this.judge = new LawJudge(calls);
        Arrays.stream(MergeLaw.values()).forEach(law -> tallies.put(law, new LawTally(law)));
    }

    /** A check of this contract without any case so far. */
    public static ConformanceCheck of(ContractRuntime runtime, Contract contract) {
        return of(runtime, contract, TimeSource.system());
    }

    /**
     * {@link #of(ContractRuntime, Contract)} with a clock.
     *
     * @param time limits the search for small counter-examples to three seconds for each law
     */
    public static ConformanceCheck of(ContractRuntime runtime, Contract contract, TimeSource time) {
        return new ConformanceCheck(runtime, contract, time);
    }

    /**
     * Checks the contract in one round.
     *
     * @param given valid states, some of them different; only the first ten distinct ones are used
     * @throws NodeException if a given state is not valid, or the contract cannot be run on it
     */
    public static ConformanceReport check(ContractRuntime runtime, Contract contract, List<State> given) {
        return of(runtime, contract).round(given).report();
    }

    /**
     * Judges all cases of these states and of the merges of each two adjacent ones.
     *
     * @param given valid states, some of them different; only the first ten distinct ones are used
     * @throws NodeException if a given state is not valid, or the contract cannot be run on it
     */
    public ConformanceCheck round(List<State> given) {
        List<State> distinct = given.stream().distinct().limit(MAX_STATES).toList();
        distinct.forEach(this::requireValid);
        List<State> all = withMerged(distinct);
        all.sort(Comparator.comparingInt(State::size));
        all.forEach(this::remember);
        for (int i = 0; i < all.size(); i++) {
            single(all.get(i));
            for (int j = 0; j < i; j++) {
                pair(all.get(j), all.get(i));
            }
        }
        triples(all);
        return this;
    }

    /** Judges all cases of some random merges of these valid states. The same sequence of numbers gives the same cases. */
    public ConformanceCheck randomRound(List<State> given, RandomGenerator random) {
        List<State> drawn = new ArrayList<>();
        for (int i = 0; i < DRAWN_STATES; i++) {
            State state = given.get(random.nextInt(given.size()));
            for (int merges = random.nextInt(DRAWN_STATES); merges > 0; merges--) {
                state = mergedOrFirst(state, given.get(random.nextInt(given.size())));
            }
            drawn.add(state);
        }
        return round(drawn);
    }

    /**
     * Judges {@link MergeLaw#STATE_ABSORBS_ITS_BASE}.
     *
     * @param base a valid state
     * @param result a valid state that was reached from the base
     */
    public ConformanceCheck transition(State base, State result) {
        requireValid(base);
        requireValid(result);
        judge(MergeLaw.STATE_ABSORBS_ITS_BASE, base, result);
        return this;
    }

    /**
     * The contract's verdict on a state, which the rounds use too; a rejection by an error is an invalid verdict.
     *
     * @throws NodeException if the contract cannot be run on it
     */
    public Verdict verdict(State state) {
        return calls.verdict(state);
    }

    /** The results of all rounds so far. */
    public ConformanceReport report() {
        return new ConformanceReport(
                states.size(),
                checks,
                tallies.values().stream().map(LawTally::result).toList());
    }

    private void remember(State state) {
        states.add(state.digest());
        if (known.size() < MAX_KNOWN) {
            known.add(state);
        }
    }

    private void requireValid(State state) {
        if (calls.verdict(state) instanceof Verdict.Invalid invalid) {
            throw new ContractRejectedException(contract.key(), invalid.reason());
        }
    }

    /** The given states and the merges of each two adjacent ones, without duplicates, up to the maximum. */
    private List<State> withMerged(List<State> given) {
        Set<State> all = new LinkedHashSet<>(given);
        for (int i = 0; i + 1 < given.size() && all.size() < MAX_STATES; i++) {
            all.add(mergedOrFirst(given.get(i), given.get(i + 1)));
        }
        return new ArrayList<>(all);
    }

    /** The merged state; the first one if merging fails or yields an invalid state, which the laws report. */
    private State mergedOrFirst(State first, State second) {
        try {
            State merged = calls.merge(first, second);
            return calls.isValid(merged) ? merged : first;
        } catch (NodeException failed) {
            return first;
        }
    }

    private void single(State a) {
        judge(MergeLaw.MERGE_IS_IDEMPOTENT, a);
        judge(MergeLaw.SUMMARY_IS_STABLE, a);
        judge(MergeLaw.DELTA_IS_EMPTY_WHEN_UP_TO_DATE, a);
        judge(MergeLaw.DELTA_IS_SMALLER_THAN_STATE, a);
    }

    private void pair(State a, State b) {
        both(MergeLaw.MERGE_KEEPS_VALID, a, b);
        judge(MergeLaw.MERGE_IS_COMMUTATIVE, a, b);
        judge(MergeLaw.MERGE_IS_STABLE, a, b);
        judge(MergeLaw.DELTA_IS_STABLE, a, b);
        judge(MergeLaw.EXCHANGE_CONVERGES, a, b);
        both(MergeLaw.DELTA_BRINGS_EVERYTHING, a, b);
        both(MergeLaw.DELTA_TWICE_IS_ONCE, a, b);
        // The same state again: what a peer does that is sent a state twice.
        judge(MergeLaw.MERGE_HEALS, a, b, b);
        judge(MergeLaw.MERGE_HEALS, b, a, a);
    }

    /** Two of the three rotations: if both hold strictly and merging commutes, so does the third. */
    private void triples(List<State> all) {
        for (int i = 0; i < all.size(); i++) {
            for (int j = i + 1; j < all.size(); j++) {
                for (int k = j + 1; k < all.size(); k++) {
                    judge(MergeLaw.MERGE_HEALS, all.get(i), all.get(j), all.get(k));
                    judge(MergeLaw.MERGE_HEALS, all.get(j), all.get(k), all.get(i));
                    judge(MergeLaw.DELTAS_COMMUTE, all.get(i), all.get(j), all.get(k));
                }
            }
        }
    }

    private void both(MergeLaw law, State a, State b) {
        judge(law, a, b);
        judge(law, b, a);
    }

    private void judge(MergeLaw law, State... inputs) {
        LawTally tally = tally(law);
        Case key = new Case(law, List.of(inputs));
        if (tally.isDecided() || cases.containsKey(key)) {
            return;
        }
        cases.put(key, true);
        LawCase judged = judge.judge(law, key.states());
        checks += judged.outcome() == LawOutcome.NOT_CHECKED ? 0 : 1;
        switch (judged.outcome()) {
            case HELD -> tally.recordHeld();
            case INCONCLUSIVE -> tally.recordInconclusive(judged.detail());
            case BROKEN -> confirm(tally, key, judged);
            case NOT_CHECKED -> {}
        }
    }

    /** Accepts a broken case after a second run without remembered results, since results may depend on time. */
    private void confirm(LawTally tally, Case broken, LawCase first) {
        LawCase again = rerun(broken.law(), broken.states());
        if (!(broken.law().isAboutRepetition() ? again.isBroken() : again.isRepeatedBy(first))) {
            tally.recordInconclusive("a second run gave other results: it may depend on time or chance");
            return;
        }
        List<State> smallest = new CounterExample(broken.law(), calls, known, time).shrink(broken.states());
        LawCase judged = rerun(broken.law(), smallest);
        tally.recordBroken(
                judged.isBroken()
                        ? new Violation(broken.law(), smallest, judged.results(), judged.detail())
                        : new Violation(broken.law(), broken.states(), again.results(), again.detail()));
    }

    private LawCase rerun(MergeLaw law, List<State> inputs) {
        return new LawJudge(calls.fresh()).judge(law, inputs);
    }

    private LawTally tally(MergeLaw law) {
        return Objects.requireNonNull(tallies.get(law));
    }

    /** A check runs in a process without a node, and uses part of what is in transit in a node. */
    private static long maxResultBytes() {
        return Math.min(128L << 20, MemoryPlan.ofThisProcess().transit() / 2);
    }
}
