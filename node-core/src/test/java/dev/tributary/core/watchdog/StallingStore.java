package dev.tributary.core.watchdog;

import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.test.ForwardingStore;
import dev.tributary.core.value.ContractInstanceId;
import reactor.core.publisher.Mono;

/** A store whose reads stall the thread that subscribes, which is that of the event loop. */
final class StallingStore implements ForwardingStore {

    private final ContractStore delegate = InMemoryContractStore.create();
    private volatile Runnable onRead = () -> {};

    @Override
    public ContractStore delegate() {
        return delegate;
    }

    /** Runs this once, at the next read. */
    void stallNextRead(Runnable stall) {
        onRead = stall;
    }

    @Override
    public Mono<StoredContract> read(ContractInstanceId id) {
        return Mono.defer(() -> {
            Runnable stall = onRead;
            onRead = () -> {};
            stall.run();
            return delegate.read(id);
        });
    }
}
