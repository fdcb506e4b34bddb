package dev.tributary.core.subscription;

import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.test.ForwardingStore;
import dev.tributary.core.value.ContractInstanceId;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A store that can block the results of reads and commits until the test releases them. */
final class SlowContractStore implements ForwardingStore {

    private final ContractStore delegate = InMemoryContractStore.create();
    private final List<Sinks.Empty<Void>> blocked = new ArrayList<>();
    private boolean readsBlocked;
    private boolean commitsBlocked;
    private boolean readsFail;

    @Override
    public ContractStore delegate() {
        return delegate;
    }

    void blockReads() {
        readsBlocked = true;
    }

    /** Lets further reads pass. */
    void unblockReads() {
        readsBlocked = false;
    }

    void blockCommits() {
        commitsBlocked = true;
    }

    /** Makes all further reads fail. */
    void failReads() {
        readsFail = true;
    }

    /** Releases the blocked results in order, and blocks nothing from now on. */
    void releaseAll() {
        readsBlocked = false;
        commitsBlocked = false;
        List.copyOf(blocked).forEach(Sinks.Empty::tryEmitEmpty);
        blocked.clear();
    }

    @Override
    public Mono<StoredContract> read(ContractInstanceId id) {
        return Mono.defer(() -> {
            if (readsFail) {
                return Mono.error(new StorageException("disk", new IllegalStateException("broken")));
            }
            Mono<StoredContract> read = delegate.read(id).cache();
            return readsBlocked ? read.then(block()).then(read) : read;
        });
    }

    @Override
    public Mono<Void> commit(StoredContract stored) {
        return delegate.commit(stored).then(Mono.defer(() -> commitsBlocked ? block() : Mono.empty()));
    }

    private Mono<Void> block() {
        Sinks.Empty<Void> gate = Sinks.empty();
        blocked.add(gate);
        return gate.asMono();
    }
}
