/**
 * The commands that work on contracts in files, without a node. Read
 * {@link dev.tributary.app.contract.ContractCommand}, which lists them, then {@code OfflineCommand}, their base class,
 * and {@code ValidateCommand} as an example.
 */
@NullMarked
package dev.tributary.app.contract;

import org.jspecify.annotations.NullMarked;
