package dev.tributary.core.operation;

import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.storage.StoreHealth;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.test.ForwardingStore;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A store whose commits hang until the test says so. */
final class HangingStore implements ForwardingStore {

    private final ContractStore delegate = InMemoryContractStore.create();
    private final Sinks.Empty<Void> end = Sinks.empty();
    boolean hangs;
    boolean isWritable = true;

    @Override
    public ContractStore delegate() {
        return delegate;
    }

    /** Lets the commits end that hang. */
    void goOn() {
        hangs = false;
        isWritable = true;
        end.tryEmitEmpty();
    }

    @Override
    public Mono<Void> commit(StoredContract stored) {
        return Mono.defer(() -> hangs ? end.asMono().then(delegate.commit(stored)) : delegate.commit(stored));
    }

    @Override
    public StoreHealth health() {
        return new StoreHealth(isWritable ? null : "the disk hangs", 0, 0, Duration.ZERO);
    }
}
