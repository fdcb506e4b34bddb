package dev.tributary.core.error;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import java.util.List;

/**
 * A contract's code aborted, or returned an invalid result. The call had no effect; other contracts are not affected.
 */
public final class ContractFailedException extends NodeException {

    /** The cause of the failure. */
    public enum Failure {
        /** The code trapped: an unreachable instruction, an access outside its memory, a division by zero. */
        TRAP(false, Fault.INPUT),
        /** The call exceeded its time limit. */
        TIMED_OUT(false, Fault.OTHER),
        /** The call stack of the code exceeded its limit. */
        STACK_EXHAUSTED(false, Fault.OTHER),
        /** The code requested more memory than its limit, or than is available. */
        OUT_OF_MEMORY(false, Fault.OTHER),
        /** The result points outside the code's memory, is too large, or is encoded incorrectly. */
        MALFORMED_RESULT(false, Fault.INPUT),
        /** The related contracts that the code requested are not permitted, or were not found. */
        RELATED_UNAVAILABLE(true, Fault.OTHER),
        /** The caller cancelled. */
        CANCELLED(true, Fault.OTHER),
        /** Not called: an earlier call exceeded its time, memory or stack on this node. Clients of this node may call it. */
        RESTING(false, Fault.OTHER);

        private final boolean isRetryable;
        private final Fault fault;

        Failure(boolean isRetryable, Fault fault) {
            this.isRetryable = isRetryable;
            this.fault = fault;
        }

        /** Whether the call used up its time, memory or stack: it cost as much as thousands of others. */
        public boolean isOverLimit() {
            return switch (this) {
                case TIMED_OUT, OUT_OF_MEMORY, STACK_EXHAUSTED -> true;
                case TRAP, MALFORMED_RESULT, RELATED_UNAVAILABLE, CANCELLED, RESTING -> false;
            };
        }
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
        super(Kind.CONTRACT_FAILED, "contract " + key + " failed in " + function + ", " + failure + ": " + detail);
        this.key = key;
        this.function = function;
        this.failure = failure;
        this.missing = List.copyOf(missing);
    }

    /** Creates the failure of a call that requested related contracts which are not available. */
    public static ContractFailedException missing(
            ContractKey key, String function, List<ContractInstanceId> missing, String detail) {
        return new ContractFailedException(key, function, Failure.RELATED_UNAVAILABLE, detail, missing);
    }

    public ContractKey key() {
        return key;
    }

    /** Returns the name of the contract function that was called. */
    public String function() {
        return function;
    }

    public Failure failure() {
        return failure;
    }

    /** Returns the related contracts that are not available; empty for any other cause. */
    public List<ContractInstanceId> missing() {
        return missing;
    }

    @Override
    public boolean isRetryable() {
        return failure.isRetryable;
    }

    /** Returns {@link NodeException.Fault#INPUT} if the code does not cope with the state or the change. */
    @Override
    public Fault fault() {
        return failure.fault;
    }
}
