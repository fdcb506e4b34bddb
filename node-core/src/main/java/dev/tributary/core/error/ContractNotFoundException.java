package dev.tributary.core.error;

import dev.tributary.core.value.ContractInstanceId;

/** There is nothing to update: this node does not hold the contract, and nobody who was asked does. */
public final class ContractNotFoundException extends NodeException {

    private final ContractInstanceId id;

    public ContractNotFoundException(ContractInstanceId id) {
        super("contract " + id + " was not found: it has to be put before it can be updated");
        this.id = id;
    }

    public ContractInstanceId id() {
        return id;
    }

    /** Somebody may put it any moment. */
    @Override
    public boolean isRetryable() {
        return true;
    }
}
