package dev.tributary.core.error;

import dev.tributary.core.value.ContractInstanceId;

/**
 * The copy of one contract on this node cannot be read, and no other copy was found. Other contracts are not affected;
 * a PUT of the contract, or a copy from another node, replaces the damaged one.
 */
public final class ContractDamagedException extends NodeException {

    private final ContractInstanceId id;

    /** Creates the exception; the defect names the damaged part. */
    public ContractDamagedException(ContractInstanceId id, String defect) {
        super(Kind.CONTRACT_DAMAGED, message(id, defect));
        this.id = id;
    }

    public ContractDamagedException(ContractInstanceId id, Throwable cause) {
        super(Kind.CONTRACT_DAMAGED, message(id, String.valueOf(cause.getMessage())), cause);
        this.id = id;
    }

    private static String message(ContractInstanceId id, String defect) {
        return "the copy of contract " + id + " on this node is damaged: " + defect;
    }

    public ContractInstanceId id() {
        return id;
    }
}
