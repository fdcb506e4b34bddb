package dev.tributary.core.contract;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.time.Duration;
import java.util.function.Consumer;

/** Contracts whose last change wins; one with the word "endless" takes all the time that a call has. */
final class ExhaustingRuntime implements ContractRuntime {

    static final Duration LIMIT = Duration.ofSeconds(5);

    private static final Duration USUAL = Duration.ofMillis(10);

    int endlessCalls;

    Failure failure = Failure.TIMED_OUT;

    private final Consumer<Duration> time;

    ExhaustingRuntime() {
        this(spent -> {});
    }

    /** @param time takes the time of a call: it returns when the call is over */
    ExhaustingRuntime(Consumer<Duration> time) {
        this.time = time;
    }

    @Override
    public boolean supports(ContractCode code) {
        return true;
    }

    @Override
    public Verdict validate(Contract contract, State state) {
        return Verdict.valid();
    }

    @Override
    public State merge(Contract contract, State current, StateChange change) {
        State incoming = ((StateChange.Full) change).state();
        if (incoming.bytes().toUtf8().contains("endless")) {
            endlessCalls++;
            time.accept(LIMIT);
            throw new ContractFailedException(contract.key(), "merge", failure, "5000 ms");
        }
        time.accept(USUAL);
        return incoming;
    }

    @Override
    public StateSummary summarize(Contract contract, State state) {
        return new StateSummary(state.bytes());
    }

    @Override
    public StateDelta delta(Contract contract, State state, StateSummary summary) {
        return new StateDelta(state.bytes());
    }
}
