package dev.tributary.core.contract.wasm;

/**
 * What compiled code takes.
 *
 * @param modules how many are kept, those that cannot be run included
 * @param bytes their estimated memory, in bytes
 * @param loads how many were loaded since the start
 */
record ModuleUsage(int modules, long bytes, long loads) {}
