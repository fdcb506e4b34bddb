/**
 * The store that outlives its process: an index with the small states, and a file for each large one. Read
 * {@link dev.tributary.app.storage.FileContractStore} first, then {@code ContractFiles} for what lies on the disk and
 * {@code Writer} for the group commit.
 */
@NullMarked
package dev.tributary.app.storage;

import org.jspecify.annotations.NullMarked;
