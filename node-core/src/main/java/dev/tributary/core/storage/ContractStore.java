package dev.tributary.core.storage;

import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.watchdog.Watched;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Stores contracts and their states. Every method is lazy: nothing happens before subscription. An implementation never
 * blocks the subscribing thread; results may arrive on any thread. Every failure is a
 * {@link dev.tributary.core.error.StorageException}, with two exceptions: a store with too many pending operations
 * refuses more with {@link dev.tributary.core.error.NodeBusyException}, and a copy that cannot be read fails the reads
 * of its contract with {@link dev.tributary.core.error.ContractDamagedException} until a commit replaces it. The test kit {@code ContractStoreTests} specifies the
 * details.
 */
public interface ContractStore {

    /** Reads the contract as last committed; empty if it is not stored. */
    Mono<StoredContract> read(ContractInstanceId id);

    /**
     * Writes contract, state and metadata atomically. Completes when the change is as durable as the store promises; a
     * crash at any moment leaves either the whole old or the whole new version. Of two commits of one contract the one
     * subscribed later wins. Cancelling does not undo a commit.
     */
    Mono<Void> commit(StoredContract stored);

    /** Removes the contract; also completes if it is not stored. */
    Mono<Void> remove(ContractInstanceId id);

    /** The keys of all contracts that are stored at the moment of subscription, in no particular order. */
    Flux<ContractKey> keys();

    /**
     * Metadata of all contracts stored at the moment of subscription, in no particular order, except for those that
     * {@link #listing} names as damaged or unreadable. Reads no states.
     */
    Flux<StoreEntry> entries();

    /** The contracts stored at the moment of subscription, and what of them cannot be read. Reads no states. */
    default Mono<StoreListing> listing() {
        return entries().collectList().map(StoreListing::whole);
    }

    /** The contracts that {@link #entries} leaves out because their own metadata is damaged. */
    default Flux<ContractDamagedException> damaged() {
        return Flux.empty();
    }

    /**
     * Reads all that is stored of the contract anew, past all caches, and emits the number of bytes; empty if it is not
     * stored. Errors like {@link #read}.
     *
     * @param withCode whether the code is read too; contracts share it
     */
    default Mono<Long> verify(ContractInstanceId id, boolean withCode) {
        return read(id).map(stored -> (long) stored.state().size());
    }

    /** Current number and size of the stored contracts. Cheap; callable from any thread. */
    StoreUsage usage();

    /** Whether the store takes commits. Cheap; callable from any thread. */
    default StoreHealth health() {
        return StoreHealth.perfect();
    }

    /**
     * Measures the disk space of the store, and makes a store that refuses commits look whether it can take them again.
     * Empty if the store has no disk.
     */
    default Mono<StoreSpace> space() {
        return Mono.empty();
    }

    /**
     * Completes when the store's own threads have answered, and changes nothing: it tells that reads and commits still
     * get a result. A store without threads answers at once.
     */
    default Mono<Void> probe() {
        return Mono.empty();
    }

    /** Names the threads of this store to the watchdog, now or when they start. Called once, on any thread. */
    default void watchedBy(Consumer<Watched> watchdog) {}

    /** Finishes pending operations, then releases files and threads. Later calls fail; a repeated close completes. */
    Mono<Void> close();
}
