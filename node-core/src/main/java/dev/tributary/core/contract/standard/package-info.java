/**
 * The contracts that are built into the node, for use without a WebAssembly compiler:
 * {@link dev.tributary.core.contract.standard.ImmutableBlob},
 * {@link dev.tributary.core.contract.standard.SignedDocument}, {@link dev.tributary.core.contract.standard.SignedLog},
 * {@link dev.tributary.core.contract.standard.SignedCounter} and
 * {@link dev.tributary.core.contract.standard.SignedWebsite}. Their code is WebAssembly like that of any contract; the
 * classes create the contracts' parameters and states.
 */
@NullMarked
package dev.tributary.core.contract.standard;

import org.jspecify.annotations.NullMarked;
