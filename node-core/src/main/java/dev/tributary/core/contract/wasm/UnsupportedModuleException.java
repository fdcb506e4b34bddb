package dev.tributary.core.contract.wasm;

/** A module cannot be run: it is malformed, or needs something that the host does not offer. Applies to every call. */
final class UnsupportedModuleException extends Exception {

    UnsupportedModuleException(String detail) {
        super(detail, null, false, false);
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
