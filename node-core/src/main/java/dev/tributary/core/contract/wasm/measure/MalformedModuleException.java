package dev.tributary.core.contract.wasm.measure;

/** The bytes are no module, or one with parts that no node supports. */
public final class MalformedModuleException extends Exception {

    MalformedModuleException(String detail) {
        super(detail, null, false, false);
    }

    /** What is wrong. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
