/**
 * The laws of merging: {@link dev.tributary.core.contract.conformance.ConformanceCheck} searches for states that break
 * one, for authors of contracts; {@link dev.tributary.core.contract.conformance.MergeLawMonitor} watches the contracts
 * that a node runs.
 */
@NullMarked
package dev.tributary.core.contract.conformance;

import org.jspecify.annotations.NullMarked;
