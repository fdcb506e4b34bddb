package dev.tributary.core.error;

import dev.tributary.core.value.CodeHash;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** No contract runtime of the node can run the contract's code, or it costs more to load than the node allows. */
public final class ContractUnsupportedException extends NodeException {

    private final CodeHash code;
    private final String reason;
    private final transient @Nullable Excess excess;

    /**
     * What the code has too much of.
     *
     * @param quantity what was measured, as a plural noun
     * @param value what was found
     * @param limit the maximum
     * @param isLocal true if the limit follows from the memory of this node, so that other nodes may run the code
     */
    public record Excess(String quantity, long value, long limit, boolean isLocal) {

        @Override
        public String toString() {
            return "it has " + value + " " + quantity + "; at most " + limit + " are allowed";
        }
    }

    public ContractUnsupportedException(CodeHash code, String reason) {
        this(code, reason, null);
    }

    private ContractUnsupportedException(CodeHash code, String reason, @Nullable Excess excess) {
        super(Kind.CONTRACT_UNSUPPORTED, "contract code " + code + " cannot be run: " + reason);
        this.code = code;
        this.reason = reason;
        this.excess = excess;
    }

    /** The error of code that costs more to load than the node allows. */
    public static ContractUnsupportedException tooCostly(CodeHash code, Excess excess) {
        return new ContractUnsupportedException(code, excess.toString(), excess);
    }

    /** What the code has too much of; empty if it cannot be run for another reason. */
    public Optional<Excess> excess() {
        return Optional.ofNullable(excess);
    }

    public CodeHash code() {
        return code;
    }

    /** Returns why no runtime can run the code. */
    public String reason() {
        return reason;
    }
}
