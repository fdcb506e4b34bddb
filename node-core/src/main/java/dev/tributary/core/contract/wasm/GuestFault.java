package dev.tributary.core.contract.wasm;

import dev.tributary.core.error.ContractFailedException.Failure;

/** What a guest did wrong, found by us and not by the engine. Becomes a typed error where the contract's name is known. */
final class GuestFault extends RuntimeException {

    private final Failure failure;

    GuestFault(Failure failure, String detail) {
        super(detail, null, false, false);
        this.failure = failure;
    }

    /** An answer that cannot be read. */
    static GuestFault malformed(String detail) {
        return new GuestFault(Failure.MALFORMED_ANSWER, detail);
    }

    Failure failure() {
        return failure;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
