package dev.tributary.core.test;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;

/**
 * A contract that keeps the last text it receives and counts: a state is a text and a number. A higher number wins, and
 * any other state that arrives is taken with the next number: so a peer that sends the same state again and again makes it
 * climb without end.
 */
public final class Climbing implements WholeStateContract {

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
    public State merge(State current, State incoming) {
        if (incoming.equals(current) || number(incoming) > number(current)) {
            return incoming;
        }
        return state(text(incoming), number(current) + 1);
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
