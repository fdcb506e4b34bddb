package dev.tributary.core.operation;

import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.test.ForwardingStore;
import dev.tributary.core.value.ContractInstanceId;
import reactor.core.publisher.Flux;

/** A store that has lost the metadata of one contract. */
record DamagedIndexStore(ContractStore delegate, ContractInstanceId damagedId) implements ForwardingStore {

    @Override
    public Flux<StoreEntry> entries() {
        return delegate.entries().filter(entry -> !entry.key().id().equals(damagedId));
    }

    @Override
    public Flux<ContractDamagedException> damaged() {
        return Flux.just(new ContractDamagedException(damagedId, "its record is damaged"));
    }
}
