package dev.tributary.core.contract.wasm;

/** What a module imports: a module's name and a function's. */
record ImportName(String module, String name) {}
