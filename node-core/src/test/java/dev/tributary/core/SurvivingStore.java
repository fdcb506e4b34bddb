package dev.tributary.core;

import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.Holding;
import dev.tributary.core.storage.StoreUsage;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A store whose content outlives the node that closes it. */
record SurvivingStore(ContractStore disk) implements ContractStore {

    @Override
    public Mono<StoredContract> read(ContractInstanceId id) {
        return disk.read(id);
    }

    @Override
    public Mono<Void> commit(StoredContract stored) {
        return disk.commit(stored);
    }

    @Override
    public Mono<Void> remove(ContractInstanceId id) {
        return disk.remove(id);
    }

    @Override
    public Flux<ContractKey> keys() {
        return disk.keys();
    }

    @Override
    public Flux<Holding> holdings() {
        return disk.holdings();
    }

    @Override
    public StoreUsage usage() {
        return disk.usage();
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }
}
