package dev.tributary.core.contract.wasm;

/**
 * Memory use of the module cache.
 *
 * @param modules number of cached modules, those that failed to load included
 * @param bytes their estimated memory, in bytes
 * @param loads counter: modules that were loaded
 */
record ModuleUsage(int modules, long bytes, long loads) {}
