/**
 * Immutable ids and payloads, without dependencies on other packages of the node. Read
 * {@link dev.tributary.core.value.ContractKey}, {@link dev.tributary.core.value.State} and
 * {@link dev.tributary.core.value.RingLocation} first.
 */
@NullMarked
package dev.tributary.core.value;

import org.jspecify.annotations.NullMarked;
