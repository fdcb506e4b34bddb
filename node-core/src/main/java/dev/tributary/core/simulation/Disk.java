package dev.tributary.core.simulation;

import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.Holding;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.storage.StoreUsage;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A store that outlives the node that uses it, as a disk does. */
final class Disk implements ContractStore {

    private final InMemoryContractStore contracts = InMemoryContractStore.create();

    @Override
    public Mono<StoredContract> read(ContractInstanceId id) {
        return contracts.read(id);
    }

    @Override
    public Mono<Void> commit(StoredContract stored) {
        return contracts.commit(stored);
    }

    @Override
    public Mono<Void> remove(ContractInstanceId id) {
        return contracts.remove(id);
    }

    @Override
    public Flux<ContractKey> keys() {
        return contracts.keys();
    }

    @Override
    public Flux<Holding> holdings() {
        return contracts.holdings();
    }

    @Override
    public StoreUsage usage() {
        return contracts.usage();
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }
}
