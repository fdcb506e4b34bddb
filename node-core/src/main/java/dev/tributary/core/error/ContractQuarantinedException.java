package dev.tributary.core.error;

import dev.tributary.core.value.CodeHash;
import java.time.Duration;

/** The contract's code violates a merge law: this node does not broadcast its updates while it is quarantined. */
public final class ContractQuarantinedException extends NodeException {

    private final CodeHash code;
    private final String law;
    private final Duration remaining;

    /**
     * Creates the exception.
     *
     * @param remaining remaining time of the quarantine
     */
    public ContractQuarantinedException(CodeHash code, String law, Duration remaining) {
        super(
                Kind.CONTRACT_QUARANTINED,
                "code " + code + " violates " + law + ": its updates are not broadcast for another "
                        + remaining.toSeconds() + " s");
        this.code = code;
        this.law = law;
        this.remaining = remaining;
    }

    public CodeHash code() {
        return code;
    }

    /** Returns the merge law that the code violates. */
    public String law() {
        return law;
    }

    public Duration remaining() {
        return remaining;
    }
}
