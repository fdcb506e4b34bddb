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
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A set of lines that keeps them in the order of their arrival: two replicas with the same elements may differ in their
 * bytes and in their summaries for good, and neither lacks anything.
 */
public final class ArrivalOrderedSet implements JavaContract {

    public static final ArrivalOrderedSet CONTRACT = new ArrivalOrderedSet();

    private ArrivalOrderedSet() {}

    public static Contract named(String name) {
        return Contract.of(CONTRACT.code(), Parameters.utf8(name));
    }

    public static State state(String... elements) {
        return new State(encode(List.of(elements)));
    }

    /** The elements in the order of their arrival. */
    public static Set<String> elements(State state) {
        return decode(state.bytes());
    }

    @Override
    public ContractCode code() {
        return ContractCode.of(Bytes.utf8("test/arrival-ordered-set"));
    }

    @Override
    public Verdict validate(Parameters parameters, State state) {
        return Verdict.valid();
    }

    @Override
    public State merge(Parameters parameters, State current, StateChange change) {
        Bytes added = change instanceof StateChange.Full full
                ? full.state().bytes()
                : ((StateChange.Delta) change).delta().bytes();
        Set<String> elements = decode(current.bytes());
        return elements.addAll(decode(added)) ? new State(encode(elements)) : current;
    }

    @Override
    public StateSummary summarize(Parameters parameters, State state) {
        return new StateSummary(state.bytes());
    }

    @Override
    public StateDelta delta(Parameters parameters, State state, StateSummary summary) {
        Set<String> missing = decode(state.bytes());
        missing.removeAll(decode(summary.bytes()));
        return new StateDelta(encode(missing));
    }

    private static Bytes encode(Collection<String> elements) {
        return Bytes.utf8(String.join("\n", elements));
    }

    private static Set<String> decode(Bytes bytes) {
        return bytes.size() == 0
                ? new LinkedHashSet<>()
                : new LinkedHashSet<>(List.of(bytes.toUtf8().split("\n")));
    }
}
