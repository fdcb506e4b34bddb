package dev.tributary.core.contract.wasm;

import dev.tributary.core.contract.MergeOutcome;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import java.util.List;

/** The answer of a guest call: its declared kind, and in bincode either a value or the contract's error. */
final class GuestAnswer {

    /** The contract rejected its input, with a reason. */
    static final class RejectionException extends RuntimeException {

        RejectionException(String reason) {
            super(reason, null, false, false);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /** Maximum length of a rejection's reason, in characters. */
    private static final int MAX_REASON = 2000;

    private static final int LAST_KIND = 4;
    private static final int RELATED_BYTES = 36;

    private final GuestFunction function;
    private final int kind;
    private final BincodeReader reader;

    GuestAnswer(GuestFunction function, int kind, byte[] payload) {
        this.function = function;
        this.kind = kind;
        this.reader = new BincodeReader(payload, "the answer");
    }

    Verdict verdict() {
        requireValue();
        int tag = reader.tag(2, "verdict");
        return switch (tag) {
            case 0 -> Verdict.valid();
            case 1 -> Verdict.invalid("the contract declares the state invalid");
            default -> new Verdict.RequestRelated(reader.list(32, "related ids", BincodeReader::id));
        };
    }

    MergeOutcome merged(State current) {
        requireValue();
        boolean changed = reader.flag("new state");
        State state = changed ? new State(reader.bytes("new state")) : current;
        List<ContractInstanceId> related = reader.list(RELATED_BYTES, "related contracts", GuestAnswer::related);
        return !changed && !related.isEmpty()
                ? new MergeOutcome.RequestRelated(related)
                : new MergeOutcome.Merged(state.equals(current) ? current : state);
    }

    Bytes bytes() {
        requireValue();
        return reader.bytes(function.answer());
    }

    /** Accepts an error in an answer of any kind, but a value only in an answer of the function's own kind. */
    private void requireValue() {
        if (kind < 0 || kind > LAST_KIND) {
            throw GuestFaultException.malformed(
                    "the answer is of kind " + Integer.toUnsignedString(kind) + "; known are 0 to " + LAST_KIND);
        }
        if (reader.tag(1, "outcome") == 1) {
            throw new RejectionException(refusal());
        }
        if (kind != function.kind()) {
            throw GuestFaultException.malformed("the answer is of kind " + kind + "; " + function.export()
                    + " answers with kind " + function.kind());
        }
    }

    private String refusal() {
        int tag = reader.tag(5, "error");
        return switch (tag) {
            case 0 -> "cannot be decoded: " + reader.text(MAX_REASON, "error text");
            case 1 -> "invalid update";
            case 2 -> "invalid update: " + reader.text(MAX_REASON, "error text");
            case 3 -> "invalid state";
            case 4 -> "invalid delta";
            default -> reader.text(MAX_REASON, "error text");
        };
    }

    private static ContractInstanceId related(BincodeReader reader) {
        ContractInstanceId id = reader.id();
        reader.tag(1, "mode of a related contract");
        return id;
    }
}
