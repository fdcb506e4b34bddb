/**
 * The durable contract store: an index with the small states, and a file for each large one. Read
 * {@link dev.tributary.app.storage.FileContractStore} first, then {@code ContractFiles} for the files on disk and
 * {@code StoreWriter} for the group commit.
 */
@NullMarked
package dev.tributary.app.storage;

import org.jspecify.annotations.NullMarked;
