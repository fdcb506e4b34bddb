package dev.tributary.core.test;

import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;

/**
 * A text to which clients append. Of two texts the longer one wins if it begins with the other; texts that branched off
 * from each other are refused, so that replicas which a partition left with two branches never meet again.
 */
public final class PrefixLog implements WholeStateContract {

    public static final PrefixLog CONTRACT = new PrefixLog();

    private PrefixLog() {}

    public static Contract named(String name) {
        return Contract.of(CONTRACT.code(), Parameters.utf8(name));
    }

    @Override
    public ContractCode code() {
        return ContractCode.of(Bytes.utf8("test/prefix-log"));
    }

    @Override
    public State merge(State current, State incoming) {
        String before = current.bytes().toUtf8();
        String after = incoming.bytes().toUtf8();
        if (before.startsWith(after)) {
            return current;
        }
        if (after.startsWith(before)) {
            return incoming;
        }
        throw new ContractRejectedException(named("log").key(), "the text branched off");
    }

    @Override
    public StateDelta delta(Parameters parameters, State state, StateSummary summary) {
        String known = summary.bytes().toUtf8();
        return new StateDelta(known.startsWith(state.bytes().toUtf8()) ? Bytes.empty() : state.bytes());
    }
}
