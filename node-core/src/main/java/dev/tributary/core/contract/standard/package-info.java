/**
 * The contracts that come with the node, so that a person without a compiler for WebAssembly can do something useful at
 * once: {@link dev.tributary.core.contract.standard.ImmutableBlob},
 * {@link dev.tributary.core.contract.standard.SignedDocument}, {@link dev.tributary.core.contract.standard.SignedLog},
 * {@link dev.tributary.core.contract.standard.SignedCounter} and
 * {@link dev.tributary.core.contract.standard.SignedWebsite}. Their code is WebAssembly like any other's; the classes
 * here make the contracts' parameters and states.
 */
@NullMarked
package dev.tributary.core.contract.standard;

import org.jspecify.annotations.NullMarked;
