package dev.tributary.core.contract;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.nio.ByteBuffer;

/**
 * A register whose highest version wins; of two contents with the same version the greater bytes win, so that all nodes
 * agree. The state is the version, eight bytes big-endian, then the content. States are not signed: for tests and
 * demos.
 */
public final class LastWriterWins implements JavaContract {

    public static final LastWriterWins CONTRACT = new LastWriterWins();

    private final ContractCode code = ContractCode.of(Bytes.utf8("tributary/java/last-writer-wins/1"));

    private LastWriterWins() {}

    /** The contract of the register with this name. */
    public static Contract named(String name) {
        return Contract.of(CONTRACT.code, Parameters.utf8(name));
    }

    /** A state with this version, zero or more, and this content. */
    public static State state(long version, byte[] content) {
        return new State(Bytes.wrap(ByteBuffer.allocate(Long.BYTES + content.length)
                .putLong(version)
                .put(content)
                .array()));
    }

    /** The content of a valid state, as a copy. */
    public static byte[] content(State state) {
        byte[] content = new byte[state.size() - Long.BYTES];
        state.bytes().toBuffer().position(Long.BYTES).get(content);
        return content;
    }

    @Override
    public ContractCode code() {
        return code;
    }

    @Override
    public Verdict validate(Parameters parameters, State state) {
        if (state.size() < Long.BYTES) {
            return Verdict.invalid("a register needs a version of 8 bytes, the state has " + state.size());
        }
        return version(state) >= 0 ? Verdict.valid() : Verdict.invalid("the version is negative");
    }

    @Override
    public State merge(Parameters parameters, State current, StateChange change) {
        State other = switch (change.kind()) {
            case FULL -> ((StateChange.Full) change).state();
            case DELTA -> new State(((StateChange.Delta) change).delta().bytes());
            case FULL_AND_DELTA -> ((StateChange.FullAndDelta) change).state();
        };
        if (other.size() == 0) {
            return current;
        }
        if (validate(parameters, other) instanceof Verdict.Invalid invalid) {
            throw new IllegalArgumentException(invalid.reason());
        }
        return compare(current, other) >= 0 ? current : other;
    }

    /** The version and the hash of the state: the version alone does not distinguish two contents of one version. */
    @Override
    public StateSummary summarize(Parameters parameters, State state) {
        return new StateSummary(Bytes.wrap(ByteBuffer.allocate(Long.BYTES + 32)
                .putLong(version(state))
                .put(ContractCode.of(state.bytes()).hash().bytes().toBuffer())
                .array()));
    }

    @Override
    public StateDelta delta(Parameters parameters, State state, StateSummary summary) {
        if (summary.size() != Long.BYTES + 32) {
            throw new IllegalArgumentException("a summary of a register has 40 bytes, not " + summary.size());
        }
        boolean upToDate =
                summary.bytes().toBuffer().getLong() > version(state) || summary.equals(summarize(parameters, state));
        return new StateDelta(upToDate ? Bytes.empty() : state.bytes());
    }

    private static int compare(State left, State right) {
        int versions = Long.compare(version(left), version(right));
        return versions != 0 ? versions : left.bytes().compareTo(right.bytes());
    }

    private static long version(State state) {
        return state.bytes().toBuffer().getLong();
    }
}
