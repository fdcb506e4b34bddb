package dev.tributary.core.error;

import dev.tributary.core.value.CodeHash;

/** No runtime of the node can run the contract's code. */
public final class ContractUnsupportedException extends NodeException {

    private final CodeHash code;
    private final String reason;

    public ContractUnsupportedException(CodeHash code, String reason) {
        super("contract code " + code + " cannot be run: " + reason);
        this.code = code;
        this.reason = reason;
    }

    public CodeHash code() {
        return code;
    }

    /** What it is or asks for that no runtime can run. */
    public String reason() {
        return reason;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
