package dev.tributary.core.error;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import java.util.List;

/** A contract's code broke off, or answered what cannot be read. The call had no effect; the node and its other contracts go on. */
public final class ContractFailedException extends NodeException {

    /** What ended the call. */
    public enum Failure {
        /** The code trapped: an unreachable instruction, an access outside its memory, a division by zero. */
        TRAP,
        /** The call took longer than a call may. */
        OUT_OF_TIME,
        /** The calls within the code nest too deeply. */
        STACK_EXHAUSTED,
        /** The code asked for more memory than it may have, or than there is. */
        OUT_OF_MEMORY,
        /** The answer points outside the code's memory, is too large, or is not encoded as it must be. */
        MALFORMED_ANSWER,
        /** The contracts that it asks for may not be asked for, or were not found. */
        RELATED_UNAVAILABLE,
        /** Nobody waits for the answer any more. */
        CANCELLED
    }

    private final ContractKey key;
    private final String function;
    private final Failure failure;
    private final List<ContractInstanceId> missing;

    public ContractFailedException(ContractKey key, String function, Failure failure, String detail) {
        this(key, function, failure, detail, List.of());
    }

    private ContractFailedException(
            ContractKey key, String function, Failure failure, String detail, List<ContractInstanceId> missing) {
        super("contract " + key + " failed in " + function + ", " + failure + ": " + detail);
        this.key = key;
        this.function = function;
        this.failure = failure;
        this.missing = List.copyOf(missing);
    }

    /** It asked for others, of which these could not be had. */
    public static ContractFailedException missing(
            ContractKey key, String function, List<ContractInstanceId> missing, String detail) {
        return new ContractFailedException(key, function, Failure.RELATED_UNAVAILABLE, detail, missing);
    }

    public ContractKey key() {
        return key;
    }

    /** Which of the contract's functions was called. */
    public String function() {
        return function;
    }

    public Failure failure() {
        return failure;
    }

    /** The contracts that it asked for and that could not be had; none if something else was wrong. */
    public List<ContractInstanceId> missing() {
        return missing;
    }

    @Override
    public boolean isRetryable() {
        return failure == Failure.RELATED_UNAVAILABLE || failure == Failure.CANCELLED;
    }
}
