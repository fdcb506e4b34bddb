package dev.tributary.app.archive;

import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where contracts are read from: a store on disk, or a running node. Methods block. */
public interface ContractSource {

    /**
     * The stored contracts of one moment.
     *
     * @param entries those whose record can be read
     * @param unreadable ids of those whose record cannot be read
     * @param hidden what may hide further contracts: parts of the index that cannot be read, or its going back
     */
    record Listing(List<StoreEntry> entries, List<ContractInstanceId> unreadable, List<Defect> hidden) {

        /** All that cannot be listed. */
        public List<Defect> defects() {
            return Stream.concat(
                            hidden.stream(),
                            unreadable.stream().map(id -> new Defect(id.toString(), "its record cannot be read")))
                    .toList();
        }
    }

    /** Lists the stored contracts. */
    Listing list();

    /**
     * Reads one contract; empty if it is not stored any more.
     *
     * @throws dev.tributary.core.error.NodeException if this contract cannot be read; others may be
     */
    Optional<StoredContract> read(ContractInstanceId id);
}
