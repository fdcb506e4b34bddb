package dev.tributary.app.store;

import dev.tributary.app.archive.ContractSource;
import dev.tributary.app.storage.FileContractStore;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The contracts of an open store. */
record StoreSource(FileContractStore store) implements ContractSource {

    @Override
    public Listing list() {
        List<StoreEntry> entries = store.entries().toStream().toList();
        Set<ContractInstanceId> listed = new HashSet<>();
        entries.forEach(entry -> listed.add(entry.key().id()));
        List<ContractInstanceId> unreadable =
                store.ids().toStream().filter(id -> !listed.contains(id)).toList();
        return new Listing(entries, unreadable);
    }

    @Override
    public Optional<StoredContract> read(ContractInstanceId id) {
        return store.read(id).blockOptional();
    }
}
