package dev.tributary.core.error;

import dev.tributary.core.value.ContractInstanceId;

/** A contract of other nodes does not fit beside what this node hosts already and is wanted more. Nothing was changed. */
public final class NoRoomException extends NodeException {

    private final ContractInstanceId id;
    private final long size;
    private final long budget;

    public NoRoomException(ContractInstanceId id, long size, long budget) {
        super("no room for " + size + " bytes of contract " + id + ": the " + budget
                + " bytes that are hosted at most are taken by what is wanted more");
        this.id = id;
        this.size = size;
        this.budget = budget;
    }

    public ContractInstanceId id() {
        return id;
    }

    /** The bytes that it would take. */
    public long size() {
        return size;
    }

    /** The bytes that are hosted at most. */
    public long budget() {
        return budget;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
