package dev.tributary.core.error;

import dev.tributary.core.value.ContractInstanceId;

/**
 * A remote contract does not fit into the hosting budget, which contracts with higher demand use. Nothing was changed.
 */
public final class HostingBudgetException extends NodeException {

    private final ContractInstanceId id;
    private final long size;
    private final long budget;

    public HostingBudgetException(ContractInstanceId id, long size, long budget) {
        super(
                Kind.HOSTING_BUDGET,
                "no room for " + size + " bytes of contract " + id + ": the hosting budget of " + budget
                        + " bytes is used by contracts with higher demand");
        this.id = id;
        this.size = size;
        this.budget = budget;
    }

    public ContractInstanceId id() {
        return id;
    }

    /** Returns the size of the contract in bytes. */
    public long size() {
        return size;
    }

    /** Returns the hosting budget in bytes. */
    public long budget() {
        return budget;
    }
}
