package dev.tributary.app.store;

import dev.tributary.app.archive.ContractSource;
import dev.tributary.app.archive.Defect;
import dev.tributary.app.storage.FileContractStore;
import dev.tributary.core.storage.StoreListing;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The contracts of an open store. */
record StoreSource(FileContractStore store) implements ContractSource {

    @Override
    public Listing list() {
        StoreListing listing = store.listing().blockOptional().orElseThrow();
        List<Defect> hidden = new ArrayList<>();
        store.refusal().ifPresent(reason -> hidden.add(new Defect("the index", reason)));
        listing.unreadable().forEach(range -> hidden.add(new Defect(range.contracts(), range.reason())));
        return new Listing(listing.entries(), listing.damaged(), hidden);
    }

    @Override
    public Optional<StoredContract> read(ContractInstanceId id) {
        return store.read(id).blockOptional();
    }
}
