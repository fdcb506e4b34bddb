package dev.tributary.core.contract.conformance;

import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes a counter-example smaller: replaces its states by smaller valid ones, known ones first, then the same states with
 * a part removed, as long as the law stays broken.
 */
final class CounterExample {

    /** Maximum number of contract calls for one counter-example, and maximum time: validating may be slow. */
    private static final int MAX_CALLS = 2_000;

    private static final long MAX_NANOS = Duration.ofSeconds(3).toNanos();

    /** For states of at most this many bytes every part is tried. */
    private static final int SMALL = 64;

    private static final Comparator<List<State>> SIZE = Comparator.<List<State>>comparingLong(
                    states -> states.stream().mapToLong(State::size).sum())
            .thenComparingInt(states -> new HashSet<>(states).size());

    private final MergeLaw law;
    private final ContractCalls calls;
    private final LawJudge judge;
    private final List<State> known;
    private final TimeSource time;
    private final long started;

    /**
     * Makes one counter-example of a law smaller.
     *
     * @param known valid states
     */
    CounterExample(MergeLaw law, ContractCalls calls, Collection<State> known, TimeSource time) {
        this.time = time;
        this.started = time.nanos();
        this.law = law;
        this.calls = calls.fresh();
        this.judge = new LawJudge(this.calls);
        this.known = known.stream().sorted(Comparator.comparingInt(State::size)).toList();
    }

    /** States that break the law, at most as large as the given ones, which break it too. */
    List<State> shrink(List<State> broken) {
        List<State> smallest = broken;
        for (Optional<List<State>> next = Optional.of(broken); next.isPresent(); next = smaller(smallest)) {
            smallest = next.get();
        }
        return smallest;
    }

    private Optional<List<State>> smaller(List<State> broken) {
        return broken.stream()
                .distinct()
                .flatMap(state -> candidates(state, broken).flatMap(candidate -> replaced(broken, state, candidate)))
                .filter(states -> SIZE.compare(states, broken) < 0)
                .takeWhile(states -> calls.count() < MAX_CALLS && time.nanos() - started < MAX_NANOS)
                .filter(this::breaksTheLaw)
                .findFirst();
    }

    private boolean breaksTheLaw(List<State> states) {
        try {
            return states.stream().allMatch(calls::isValid)
                    && judge.judge(law, states).isBroken();
        } catch (RuntimeException unusable) {
            // A part of a state may be anything; a contract may fail on it, or ask for related contracts.
            return false;
        }
    }

    private Stream<State> candidates(State state, List<State> broken) {
        return Stream.of(known.stream(), broken.stream(), parts(state)).flatMap(each -> each);
    }

    /** The states with the candidate in all places of the state, and in each of them. */
    private static Stream<List<State>> replaced(List<State> states, State state, State candidate) {
        List<List<State>> results = new ArrayList<>();
        List<State> all = new ArrayList<>(states);
        Collections.replaceAll(all, state, candidate);
        results.add(all);
        for (int i = 0; i < states.size(); i++) {
            if (states.get(i).equals(state)) {
                List<State> one = new ArrayList<>(states);
                one.set(i, candidate);
                results.add(one);
            }
        }
        return results.stream().distinct();
    }

    /** The state without one part, large parts first. */
    private static Stream<State> parts(State state) {
        int size = state.size();
        boolean isSmall = size <= SMALL;
        return Stream.iterate(size, length -> length > 0, length -> isSmall ? length - 1 : length / 2)
                .flatMap(length -> Stream.iterate(
                                0, start -> start + length <= size, start -> start + (isSmall ? 1 : length))
                        .map(start -> without(state, start, length)));
    }

    private static State without(State state, int start, int length) {
        byte[] all = state.bytes().toArray();
        byte[] rest = new byte[all.length - length];
        System.arraycopy(all, 0, rest, 0, start);
        System.arraycopy(all, start + length, rest, start, rest.length - start);
        return State.of(rest);
    }
}
