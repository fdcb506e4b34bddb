package dev.tributary.core.contract.wasm;

import dev.tributary.core.contract.wasm.measure.ExcessException;
import dev.tributary.core.contract.wasm.measure.Quantity;
import dev.tributary.core.error.ContractUnsupportedException.Excess;
import org.jspecify.annotations.Nullable;

/** A module cannot be run: it is malformed, or needs something that the host does not offer. Applies to every call. */
final class UnsupportedModuleException extends Exception {

    private final transient @Nullable Excess excess;

    UnsupportedModuleException(String detail) {
        super(detail, null, false, false);
        this.excess = null;
    }

    /** A module that has too much of something. */
    UnsupportedModuleException(ExcessException cause) {
        super(cause.getMessage(), null, false, false);
        this.excess = new Excess(
                cause.quantity().label(),
                cause.value(),
                cause.limit(),
                cause.quantity() == Quantity.LOAD_MEMORY && cause.value() <= Quantity.LOAD_MEMORY.limit());
    }

    /** What it has too much of; null if it cannot be run for another reason. */
    @Nullable
    Excess excess() {
        return excess;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
