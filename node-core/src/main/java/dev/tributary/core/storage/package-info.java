/**
 * Storage of contracts and their states. Read {@link dev.tributary.core.storage.ContractStore}.
 */
@NullMarked
package dev.tributary.core.storage;

import org.jspecify.annotations.NullMarked;
