package dev.tributary.core.storage;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A store in memory that keeps its content when it is closed, like a disk: for nodes that are restarted. */
public final class ReopenableInMemoryStore implements ContractStore {

    private final InMemoryContractStore contracts = InMemoryContractStore.create();

    private ReopenableInMemoryStore() {}

    /** An empty store. */
    public static ReopenableInMemoryStore create() {
        return new ReopenableInMemoryStore();
    }

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
    public Flux<StoreEntry> entries() {
        return contracts.entries();
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
