package dev.tributary.core.test;

import dev.tributary.core.contract.JavaContract;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.util.concurrent.atomic.AtomicInteger;

/** A contract whose last change wins; a change with the word "endless" uses up the time of its call. */
public final class Exhausting implements JavaContract {

    private final AtomicInteger endless = new AtomicInteger();

    public Contract named(String name) {
        return Contract.of(code(), Parameters.utf8(name));
    }

    /** Number of merges so far that used up their time. */
    public int endlessMerges() {
        return endless.get();
    }

    @Override
    public ContractCode code() {
        return ContractCode.of(Bytes.utf8("test/exhausting"));
    }

    @Override
    public Verdict validate(Parameters parameters, State state) {
        return Verdict.valid();
    }

    @Override
    public State merge(Parameters parameters, State current, StateChange change) {
        State incoming = ((StateChange.Full) change).state();
        if (incoming.bytes().toUtf8().contains("endless")) {
            endless.incrementAndGet();
            throw new ContractFailedException(
                    Contract.of(code(), parameters).key(), "merge", Failure.TIMED_OUT, "5000 ms");
        }
        return incoming;
    }

    @Override
    public StateSummary summarize(Parameters parameters, State state) {
        return new StateSummary(state.bytes());
    }

    @Override
    public StateDelta delta(Parameters parameters, State state, StateSummary summary) {
        return new StateDelta(summary.bytes().equals(state.bytes()) ? Bytes.empty() : state.bytes());
    }
}
