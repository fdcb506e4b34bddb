package dev.tributary.core.test;

import dev.tributary.core.contract.JavaContract;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;

/**
 * A contract that keeps the last text it receives and counts: a state is a text and a number. A higher number wins, and
 * any other state that arrives is taken with the next number: so a peer that sends the same state again and again makes it
 * climb without end.
 */
public final class Climbing implements JavaContract {

    public static final Climbing CONTRACT = new Climbing();

    private Climbing() {}

    /** The state with this text and number. */
    public static State state(String text, int number) {
        return State.utf8(number == 0 ? text : text + "#" + number);
    }

    public static Contract named(String name) {
        return Contract.of(CONTRACT.code(), Parameters.utf8(name));
    }

    @Override
    public ContractCode code() {
        return ContractCode.of(Bytes.utf8("test/climbing"));
    }

    @Override
    public Verdict validate(Parameters parameters, State state) {
        return Verdict.valid();
    }

    @Override
    public State merge(Parameters parameters, State current, StateChange change) {
        State incoming = change instanceof StateChange.Full full
                ? full.state()
                : new State(((StateChange.Delta) change).delta().bytes());
        if (incoming.equals(current) || number(incoming) > number(current)) {
            return incoming;
        }
        return state(text(incoming), number(current) + 1);
    }

    @Override
    public StateSummary summarize(Parameters parameters, State state) {
        return new StateSummary(state.bytes());
    }

    @Override
    public StateDelta delta(Parameters parameters, State state, StateSummary summary) {
        return new StateDelta(summary.bytes().equals(state.bytes()) ? Bytes.empty() : state.bytes());
    }

    private static String text(State state) {
        return state.bytes().toUtf8().replaceFirst("#\\d+$", "");
    }

    private static int number(State state) {
        String all = state.bytes().toUtf8();
        int mark = all.lastIndexOf('#');
        return mark < 0 ? 0 : Integer.parseInt(all.substring(mark + 1));
    }
}
