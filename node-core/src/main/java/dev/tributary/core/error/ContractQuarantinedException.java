package dev.tributary.core.error;

import dev.tributary.core.value.ContractKey;
import java.time.Duration;

/** The contract violates a merge law: this node does not broadcast its updates while it is quarantined. */
public final class ContractQuarantinedException extends NodeException {

    private final ContractKey key;
    private final String law;
    private final Duration remaining;

    /**
     * Creates the exception.
     *
     * @param remaining remaining time of the quarantine
     */
    public ContractQuarantinedException(ContractKey key, String law, Duration remaining) {
        super(
                Kind.CONTRACT_QUARANTINED,
                "contract " + key + " violates " + law + ": its updates are not broadcast for another "
                        + remaining.toSeconds() + " s");
        this.key = key;
        this.law = law;
        this.remaining = remaining;
    }

    public ContractKey key() {
        return key;
    }

    /** Returns the merge law that the contract violates. */
    public String law() {
        return law;
    }

    public Duration remaining() {
        return remaining;
    }
}
