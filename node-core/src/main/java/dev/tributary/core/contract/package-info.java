/**
 * Contracts: the programs that say which states are valid and how two merge. Read
 * {@link dev.tributary.core.contract.ContractRuntime}, then {@link dev.tributary.core.contract.ContractExecutor}.
 */
@NullMarked
package dev.tributary.core.contract;

import org.jspecify.annotations.NullMarked;
