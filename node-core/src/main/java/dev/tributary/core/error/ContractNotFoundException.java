package dev.tributary.core.error;

import dev.tributary.core.value.ContractInstanceId;

/** The contract to update was not found: neither this node nor any peer that was asked holds it. */
public final class ContractNotFoundException extends NodeException {

    private final ContractInstanceId id;

    public ContractNotFoundException(ContractInstanceId id) {
        super(Kind.CONTRACT_NOT_FOUND, "contract " + id + " was not found: put it before updating it");
        this.id = id;
    }

    public ContractInstanceId id() {
        return id;
    }
}
