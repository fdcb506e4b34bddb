package dev.tributary.core.contract.conformance;

import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.JavaContract;
import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A contract of a few lines. The summary is the state; the delta is the state, or empty for an equal one, unless another
 * one is given.
 */
record ModelContract(
        String name,
        BinaryOperator<State> merge,
        Predicate<State> isValid,
        BinaryOperator<State> delta,
        Function<Random, State> random)
        implements JavaContract {

    ModelContract(String name, BinaryOperator<State> merge, Function<Random, State> random) {
        this(name, merge, state -> true, (state, other) -> state.equals(other) ? state(new byte[0]) : state, random);
    }

    /** A room that keeps the newest 5 messages of authors that are not banned. */
    static ModelContract cappedRoom() {
        return new ModelContract(
                "capped room",
                (a, b) -> room(union(entries(a), entries(b))),
                state -> state.equals(room(entries(state))),
                ModelContract::missing,
                random -> {
                    TreeSet<Integer> entries = new TreeSet<>();
                    for (int i = random.nextInt(6); i > 0; i--) {
                        entries.add(message(random.nextInt(100), 1 + random.nextInt(3)));
                    }
                    if (random.nextInt(3) == 0) {
                        entries.add(ban(1 + random.nextInt(3)));
                    }
                    return room(entries);
                });
    }

    /** A feed that keeps what is at most 20 older than the newest message, and of each author the newest two. */
    static ModelContract window() {
        return new ModelContract(
                "window",
                (a, b) -> window(union(entries(a), entries(b))),
                state -> state.equals(window(entries(state))),
                ModelContract::missing,
                random -> {
                    TreeSet<Integer> entries = new TreeSet<>();
                    for (int i = random.nextInt(6); i > 0; i--) {
                        entries.add(message(random.nextInt(60), 1 + random.nextInt(3)));
                    }
                    return window(entries);
                });
    }

    /** The entries of the first state that the second lacks. */
    private static State missing(State a, State b) {
        TreeSet<Integer> missing = entries(a);
        missing.removeAll(entries(b));
        return state(missing);
    }

    static ModelContract averaging() {
        return new ModelContract("averaging", (a, b) -> number((number(a) + number(b)) / 2), numbers(1_000_000));
    }

    /** The later of two numbers that wrap at 256, as with sequence numbers. */
    static ModelContract wrapping() {
        return new ModelContract(
                "wrapping",
                (a, b) -> {
                    int ahead = Math.floorMod(number(a) - number(b), 256);
                    return ahead == 128 ? number(Math.max(number(a), number(b))) : ahead < 128 ? a : b;
                },
                numbers(256));
    }

    static ModelContract climbing() {
        return new ModelContract(
                "climbing", (a, b) -> a.equals(b) ? a : number(Math.max(number(a), number(b)) + 1), numbers(1000));
    }

    /** Of two choices out of five, each is beaten by the two that follow. */
    static ModelContract cyclicWinner() {
        return new ModelContract(
                "cyclic winner", (a, b) -> Math.floorMod(number(a) - number(b), 5) <= 2 ? a : b, numbers(5));
    }

    /** The first three elements that arrived. */
    static ModelContract arrivalOrder() {
        return new ModelContract("arrival order", (a, b) -> elements(a, b, 3), random -> {
            byte[] elements = new byte[1 + random.nextInt(3)];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = (byte) (10 * i + random.nextInt(10));
            }
            return state(elements);
        });
    }

    /** A set in the order of arrival; the delta is empty if the other set has the same elements. */
    static ModelContract arrivalOrderedSet() {
        return new ModelContract(
                "arrival ordered set",
                (a, b) -> elements(a, b, 100),
                state -> true,
                (a, b) -> {
                    State all = elements(b, a, 100);
                    return state(Arrays.copyOfRange(all.bytes().toArray(), b.size(), all.size()));
                },
                random -> elements(number(random.nextInt(1 << 24)), state(new byte[0]), 100));
    }

    /** Merging moves once more at some states, and then rests: commutative, idempotent, not associative, innocent. */
    static ModelContract settling() {
        int[][] table = {{0, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 2, 1}, {0, 0, 1, 3}};
        return new ModelContract(
                "settling",
                (a, b) -> state(
                        new byte[] {(byte) table[a.bytes().at(0)][b.bytes().at(0)]}),
                state -> state.size() == 1
                        && state.bytes().at(0) >= 0
                        && state.bytes().at(0) < 4,
                (a, b) -> a.equals(b) ? state(new byte[0]) : a,
                random -> state(new byte[] {(byte) random.nextInt(4)}));
    }

    ContractRuntime runtime() {
        return JavaContractRuntime.of(this);
    }

    Contract contract() {
        return Contract.of(code(), Parameters.none());
    }

    Contract contract(String parameters) {
        return Contract.of(code(), Parameters.utf8(parameters));
    }

    State merged(State a, State b) {
        return merge.apply(a, b);
    }

    static State message(int author, int... times) {
        TreeSet<Integer> entries = new TreeSet<>();
        Arrays.stream(times).forEach(time -> entries.add(message(time, author)));
        return state(entries);
    }

    static State banned(int author) {
        return state(new TreeSet<>(List.of(ban(author))));
    }

    static State state(byte[] bytes) {
        return State.of(bytes);
    }

    static State number(int value) {
        return state(ByteBuffer.allocate(4).putInt(value).array());
    }

    @Override
    public ContractCode code() {
        return ContractCode.of(Bytes.utf8(name));
    }

    @Override
    public Verdict validate(Parameters parameters, State state) {
        try {
            return isValid.test(state) ? Verdict.valid() : Verdict.invalid("it is not what a merge yields");
        } catch (RuntimeException malformed) {
            return Verdict.invalid("it is malformed");
        }
    }

    @Override
    public State merge(Parameters parameters, State current, StateChange change) {
        return merge.apply(
                current,
                change instanceof StateChange.Full full
                        ? full.state()
                        : new State(((StateChange.Delta) change).delta().bytes()));
    }

    @Override
    public StateSummary summarize(Parameters parameters, State state) {
        return new StateSummary(state.bytes());
    }

    @Override
    public StateDelta delta(Parameters parameters, State state, StateSummary summary) {
        return new StateDelta(delta.apply(state, new State(summary.bytes())).bytes());
    }

    private static Function<Random, State> numbers(int bound) {
        return random -> number(random.nextInt(bound));
    }

    private static int number(State state) {
        return state.bytes().toBuffer().getInt();
    }

    /** The elements of the first state, then those of the second, each once, up to the maximum. */
    private static State elements(State a, State b, int max) {
        List<Byte> elements = new ArrayList<>();
        for (State each : List.of(a, b)) {
            for (int i = 0; i < each.size() && elements.size() < max; i++) {
                if (!elements.contains(each.bytes().at(i))) {
                    elements.add(each.bytes().at(i));
                }
            }
        }
        byte[] bytes = new byte[elements.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = elements.get(i);
        }
        return state(bytes);
    }

    private static int message(int time, int author) {
        return time << 8 | author;
    }

    private static int ban(int author) {
        return 0xff00 | author;
    }

    private static TreeSet<Integer> union(TreeSet<Integer> a, TreeSet<Integer> b) {
        TreeSet<Integer> all = new TreeSet<>(a);
        all.addAll(b);
        return all;
    }

    private static TreeSet<Integer> entries(State state) {
        TreeSet<Integer> entries = new TreeSet<>();
        ByteBuffer bytes = state.bytes().toBuffer();
        while (bytes.hasRemaining()) {
            entries.add(bytes.getShort() & 0xffff);
        }
        return entries;
    }

    private static State room(TreeSet<Integer> entries) {
        TreeSet<Integer> kept = new TreeSet<>(entries.tailSet(0xff00));
        entries.headSet(0xff00, false).descendingSet().stream()
                .filter(message -> !kept.contains(0xff00 | (message & 0xff)))
                .limit(5)
                .toList()
                .forEach(kept::add);
        return state(kept);
    }

    private static State window(TreeSet<Integer> entries) {
        TreeSet<Integer> kept = new TreeSet<>();
        int[] ofAuthor = new int[256];
        for (int message : entries.descendingSet()) {
            if ((message >> 8) >= (entries.last() >> 8) - 20 && ofAuthor[message & 0xff]++ < 2) {
                kept.add(message);
            }
        }
        return state(kept);
    }

    private static State state(TreeSet<Integer> entries) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * entries.size());
        entries.forEach(each -> bytes.putShort((short) (int) each));
        return state(bytes.array());
    }
}
