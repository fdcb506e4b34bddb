package dev.tributary.core.contract.wasm;

/** Why a module cannot be run here: it is broken, or asks for what is not offered. The same for every call of it. */
final class ModuleFault extends Exception {

    ModuleFault(String detail) {
        super(detail, null, false, false);
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
