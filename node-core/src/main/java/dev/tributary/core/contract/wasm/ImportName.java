package dev.tributary.core.contract.wasm;

/** Name of an imported function: the import module and the function. */
record ImportName(String module, String name) {}
