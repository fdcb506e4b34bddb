package dev.tributary.core.error;

import dev.tributary.core.value.ContractKey;

/** The contract says that the state is not valid, or that it does not merge with the one that is held. */
public final class ContractRejectedException extends NodeException {

    private final ContractKey key;
    private final String reason;

    public ContractRejectedException(ContractKey key, String reason) {
        super("contract " + key + " rejected the state: " + reason);
        this.key = key;
        this.reason = reason;
    }

    public ContractKey key() {
        return key;
    }

    /** The contract's own words. */
    public String reason() {
        return reason;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
