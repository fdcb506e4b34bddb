package dev.tributary.core.error;

import dev.tributary.core.value.CodeHash;
import java.time.Duration;

/** The contract's code violates a merge law: this node does not broadcast its updates while it is quarantined. */
public final class ContractQuarantinedException extends NodeException {

    private final CodeHash code;
    private final String law;
    private final Duration left;

    /**
     * Creates the exception.
     *
     * @param left remaining time of the quarantine
     */
    public ContractQuarantinedException(CodeHash code, String law, Duration left) {
        super("code " + code + " violates " + law + ": its updates are not broadcast for another " + left.toSeconds()
                + " s");
        this.code = code;
        this.law = law;
        this.left = left;
    }

    public CodeHash code() {
        return code;
    }

    /** Returns the merge law that the code violates. */
    public String law() {
        return law;
    }

    public Duration left() {
        return left;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
