/**
 * Contracts in WebAssembly: the only package that depends on the engine. Read
 * {@link dev.tributary.core.contract.wasm.WasmContractRuntime}, then {@code GuestCall} for what happens in one call,
 * then {@link dev.tributary.core.contract.wasm.WasmLimits}.
 */
@NullMarked
package dev.tributary.core.contract.wasm;

import org.jspecify.annotations.NullMarked;
