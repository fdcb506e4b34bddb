package dev.tributary.core.error;

import dev.tributary.core.value.CodeHash;

/** No contract runtime of the node can run the contract's code. */
public final class ContractUnsupportedException extends NodeException {

    private final CodeHash code;
    private final String reason;

    public ContractUnsupportedException(CodeHash code, String reason) {
        super(Kind.CONTRACT_UNSUPPORTED, "contract code " + code + " cannot be run: " + reason);
        this.code = code;
        this.reason = reason;
    }

    public CodeHash code() {
        return code;
    }

    /** Returns why no runtime can run the code. */
    public String reason() {
        return reason;
    }
}
