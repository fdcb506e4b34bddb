package dev.tributary.app.archive;

import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import java.util.List;
import java.util.Optional;

/** Where contracts are read from: a store on disk, or a running node. Methods block. */
public interface ContractSource {

    /**
     * The stored contracts of one moment.
     *
     * @param entries those whose record can be read
     * @param unreadable ids of those whose record cannot be read
     */
    record Listing(List<StoreEntry> entries, List<ContractInstanceId> unreadable) {}

    /** Lists the stored contracts. */
    Listing list();

    /**
     * Reads one contract; empty if it is not stored any more.
     *
     * @throws dev.tributary.core.error.NodeException if this contract cannot be read; others may be
     */
    Optional<StoredContract> read(ContractInstanceId id);
}
