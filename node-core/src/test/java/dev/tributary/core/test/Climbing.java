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
 * A contract that keeps the last text it receives and counts: a state is a text and a number, and each merge of different
 * states has a higher number, so that peers that send each other the same state climb without end.
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
        return incoming.equals(current)
                ? current
                : state(text(incoming), Math.max(number(current), number(incoming)) + 1);
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
