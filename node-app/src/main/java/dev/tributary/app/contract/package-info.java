/**
 * The commands that work on contracts in files, without a node. Read
 * {@link dev.tributary.app.contract.ContractCommand}, which puts them together, then {@code OfflineCommand}, which they
 * share, and {@code ValidateCommand} as an example.
 */
@NullMarked
package dev.tributary.app.contract;

import org.jspecify.annotations.NullMarked;
