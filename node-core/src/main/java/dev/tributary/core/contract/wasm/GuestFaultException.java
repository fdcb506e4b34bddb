package dev.tributary.core.contract.wasm;

import dev.tributary.core.error.ContractFailedException.Failure;

/** A fault of a guest, detected by the host, not the engine; becomes a {@code ContractFailedException}. */
final class GuestFaultException extends RuntimeException {

    private final Failure failure;

    GuestFaultException(Failure failure, String detail) {
        super(detail, null, false, false);
        this.failure = failure;
    }

    /** The fault of an answer or a buffer that cannot be read. */
    static GuestFaultException malformed(String detail) {
        return new GuestFaultException(Failure.MALFORMED_RESULT, detail);
    }

    /** The fault of a guest whose memory cannot grow as it must. */
    static GuestFaultException outOfMemory(String detail) {
        return new GuestFaultException(Failure.OUT_OF_MEMORY, detail);
    }

    Failure failure() {
        return failure;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
