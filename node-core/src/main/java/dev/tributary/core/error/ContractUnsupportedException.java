package dev.tributary.core.error;

import dev.tributary.core.value.CodeHash;

/** No runtime of the node can run the contract's code. */
public final class ContractUnsupportedException extends NodeException {

    private final CodeHash code;

    public ContractUnsupportedException(CodeHash code, String detail) {
        super("contract code " + code + " cannot be run: " + detail);
        this.code = code;
    }

    public CodeHash code() {
        return code;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
