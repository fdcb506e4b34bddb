package dev.tributary.core.test;

import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoreUsage;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A store that passes every call to another one, for tests that change some of them. */
public interface ForwardingStore extends ContractStore {

    /** The store that does the work. */
    ContractStore delegate();

    @Override
    default Mono<StoredContract> read(ContractInstanceId id) {
        return delegate().read(id);
    }

    @Override
    default Mono<Void> commit(StoredContract stored) {
        return delegate().commit(stored);
    }

    @Override
    default Mono<Void> remove(ContractInstanceId id) {
        return delegate().remove(id);
    }

    @Override
    default Flux<ContractKey> keys() {
        return delegate().keys();
    }

    @Override
    default Flux<StoreEntry> entries() {
        return delegate().entries();
    }

    @Override
    default StoreUsage usage() {
        return delegate().usage();
    }

    @Override
    default Mono<Void> close() {
        return delegate().close();
    }
}
