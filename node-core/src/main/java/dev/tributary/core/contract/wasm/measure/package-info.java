/**
 * Measures a module before the engine parses it. Read {@link dev.tributary.core.contract.wasm.measure.Quantity} first:
 * what is measured, and the limit of each with its reason.
 */
@NullMarked
package dev.tributary.core.contract.wasm.measure;

import org.jspecify.annotations.NullMarked;
