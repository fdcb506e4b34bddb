package dev.tributary.core.error;

import dev.tributary.core.value.ContractKey;

/** The contract rejected the state: it is not valid, or cannot be merged into the held state. */
public final class ContractRejectedException extends NodeException {

    private final ContractKey key;
    private final String reason;

    public ContractRejectedException(ContractKey key, String reason) {
        super(Kind.CONTRACT_REJECTED, "contract " + key + " rejected the state: " + reason);
        this.key = key;
        this.reason = reason;
    }

    public ContractKey key() {
        return key;
    }

    /** Returns the reason given by the contract. */
    public String reason() {
        return reason;
    }
}
