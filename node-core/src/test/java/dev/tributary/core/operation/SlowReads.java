package dev.tributary.core.operation;

import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.Holding;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.storage.StoreUsage;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A store whose answers to reads, and whose commits' ends, the test lets out when it likes. */
final class SlowReads implements ContractStore {

    private final ContractStore kept = InMemoryContractStore.create();
    private final List<Sinks.Empty<Void>> held = new ArrayList<>();
    private boolean holdsReads;
    private boolean holdsCommits;
    private boolean broken;

    void holdReads() {
        holdsReads = true;
    }

    /** What is read from now on is not held. */
    void passReads() {
        holdsReads = false;
    }

    void holdCommits() {
        holdsCommits = true;
    }

    /** From now on nothing can be read. */
    void breakDown() {
        broken = true;
    }

    /** Lets out what was held so far, in order, and holds nothing from now on. */
    void letOut() {
        holdsReads = false;
        holdsCommits = false;
        List.copyOf(held).forEach(Sinks.Empty::tryEmitEmpty);
        held.clear();
    }

    @Override
    public Mono<StoredContract> read(ContractInstanceId id) {
        return Mono.defer(() -> {
            if (broken) {
                return Mono.error(new StorageException("disk", new IllegalStateException("broken")));
            }
            Mono<StoredContract> read = kept.read(id).cache();
            return holdsReads ? read.then(door()).then(read) : read;
        });
    }

    @Override
    public Mono<Void> commit(StoredContract stored) {
        return kept.commit(stored).then(Mono.defer(() -> holdsCommits ? door() : Mono.empty()));
    }

    private Mono<Void> door() {
        Sinks.Empty<Void> door = Sinks.empty();
        held.add(door);
        return door.asMono();
    }

    @Override
    public Mono<Void> remove(ContractInstanceId id) {
        return kept.remove(id);
    }

    @Override
    public Flux<ContractKey> keys() {
        return kept.keys();
    }

    @Override
    public Flux<Holding> holdings() {
        return kept.holdings();
    }

    @Override
    public StoreUsage usage() {
        return kept.usage();
    }

    @Override
    public Mono<Void> close() {
        return kept.close();
    }
}
