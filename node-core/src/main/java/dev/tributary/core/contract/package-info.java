/**
 * Contracts: the programs that decide which states are valid and how two states merge. Read
 * {@link dev.tributary.core.contract.ContractRuntime}, then {@link dev.tributary.core.contract.ContractExecutor}.
 */
@NullMarked
package dev.tributary.core.contract;

import org.jspecify.annotations.NullMarked;
