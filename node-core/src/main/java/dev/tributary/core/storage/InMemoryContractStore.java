package dev.tributary.core.storage;

import dev.tributary.core.error.StorageException;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A store in memory that is cleared when it is closed: for tests, demos and nodes that may start empty. Every operation
 * runs immediately on the subscribing thread. The store itself has no size limit.
 */
public final class InMemoryContractStore implements ContractStore {

    private final Map<ContractInstanceId, StoredContract> contracts = new ConcurrentHashMap<>();
    private final LongAdder stateBytes = new LongAdder();
    private volatile boolean closed;

    private InMemoryContractStore() {}

    /** An empty store. */
    public static InMemoryContractStore create() {
        return new InMemoryContractStore();
    }

    @Override
    public Mono<StoredContract> read(ContractInstanceId id) {
        return whileOpen(() -> Mono.justOrEmpty(contracts.get(id)));
    }

    @Override
    public Mono<Void> commit(StoredContract stored) {
        return whileOpen(() -> {
            addToUsage(contracts.put(stored.contract().id(), stored), stored);
            return Mono.empty();
        });
    }

    @Override
    public Mono<Void> remove(ContractInstanceId id) {
        return whileOpen(() -> {
            addToUsage(contracts.remove(id), null);
            return Mono.empty();
        });
    }

    @Override
    public Flux<ContractKey> keys() {
        return entries().map(StoreEntry::key);
    }

    @Override
    public Flux<StoreEntry> entries() {
        return whileOpen(() -> Mono.just(
                        contracts.values().stream().map(StoreEntry::of).toList()))
                .flatMapIterable(holdings -> holdings);
    }

    @Override
    public StoreUsage usage() {
        return new StoreUsage(contracts.size(), stateBytes.sum());
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(() -> {
            closed = true;
            contracts.clear();
            stateBytes.reset();
        });
    }

    private <T> Mono<T> whileOpen(Supplier<Mono<T>> action) {
        return Mono.defer(() -> closed ? Mono.error(StorageException.closed()) : action.get());
    }

    private void addToUsage(@Nullable StoredContract before, @Nullable StoredContract after) {
        stateBytes.add(size(after) - size(before));
    }

    private static long size(@Nullable StoredContract stored) {
        return stored == null ? 0 : stored.state().size();
    }
}
