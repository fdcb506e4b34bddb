/**
 * Immutable names and payloads that know nobody else. Read {@link dev.tributary.core.value.ContractKey},
 * {@link dev.tributary.core.value.State} and {@link dev.tributary.core.value.RingLocation} first.
 */
@NullMarked
package dev.tributary.core.value;

import org.jspecify.annotations.NullMarked;
