package dev.tributary.core.test;

import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/** A store whose copies can be damaged, until the next commit, and whose disk can be full. */
public final class DamagedStore implements ForwardingStore {

    private final ContractStore delegate = InMemoryContractStore.create();
    private final Set<ContractInstanceId> damaged = ConcurrentHashMap.newKeySet();
    private final Set<ContractInstanceId> hidden = ConcurrentHashMap.newKeySet();
    private final Set<ContractInstanceId> lost = ConcurrentHashMap.newKeySet();
    private volatile boolean full;
    private volatile boolean unreadable;

    @Override
    public ContractStore delegate() {
        return delegate;
    }

    /** Damages the copy of this contract. */
    public void damage(ContractInstanceId id) {
        damaged.add(id);
    }

    /** Makes the store find no copy of this contract, though it lists it. */
    public void lose(ContractInstanceId id) {
        lost.add(id);
    }

    /** Damages the copy of this contract, but what a cache has of it can still be read. */
    public void damageBehindCache(ContractInstanceId id) {
        hidden.add(id);
    }

    @Override
    public Mono<Long> verify(ContractInstanceId id, boolean withCode) {
        return Mono.defer(() -> hidden.contains(id)
                ? Mono.error(new ContractDamagedException(id, "its checksum differs"))
                : ForwardingStore.super.verify(id, withCode));
    }

    /** Makes the copy readable again without a commit. */
    public void heal(ContractInstanceId id) {
        damaged.remove(id);
    }

    /** Makes all reads fail, or succeed again. */
    public void setUnreadable(boolean isUnreadable) {
        unreadable = isUnreadable;
    }

    /** Makes all commits fail, or succeed again. */
    public void fill(boolean isFull) {
        full = isFull;
    }

    @Override
    public Mono<StoredContract> read(ContractInstanceId id) {
        return Mono.defer(() -> {
            if (unreadable) {
                return Mono.error(new StorageException("the index is closed"));
            }
            if (lost.contains(id)) {
                return Mono.empty();
            }
            return damaged.contains(id)
                    ? Mono.error(new ContractDamagedException(id, "its checksum differs"))
                    : delegate.read(id);
        });
    }

    @Override
    public Mono<Void> commit(StoredContract stored) {
        return Mono.defer(() -> full
                ? Mono.error(new StorageException("no space left on the device"))
                : delegate.commit(stored).doOnSuccess(done -> {
                    damaged.remove(stored.contract().id());
                    hidden.remove(stored.contract().id());
                    lost.remove(stored.contract().id());
                }));
    }
}
