package dev.tributary.core.contract.conformance;

import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A contract, or all contracts of a code, whose updates this node does not broadcast.
 *
 * @param code the code of the contract
 * @param instance the contract, or null for all contracts of the code
 * @param law the law that was broken last
 * @param remaining remaining time
 */
public record Quarantine(CodeHash code, @Nullable ContractInstanceId instance, MergeLaw law, Duration remaining) {}
