package dev.tributary.core.error;

import dev.tributary.core.value.CodeHash;
import java.time.Duration;

/** The contract's code breaks the laws of merging, and this node does not spread its updates for a while. */
public final class ContractQuarantinedException extends NodeException {

    private final CodeHash code;
    private final String law;
    private final Duration left;

    /**
     * A refusal to spread.
     *
     * @param left for how much longer
     */
    public ContractQuarantinedException(CodeHash code, String law, Duration left) {
        super("code " + code + " breaks " + law + ": its updates are not spread for another " + left.toSeconds()
                + " s");
        this.code = code;
        this.law = law;
        this.left = left;
    }

    public CodeHash code() {
        return code;
    }

    /** The law that it was found to break. */
    public String law() {
        return law;
    }

    public Duration left() {
        return left;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
