package dev.tributary.core.storage;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps contracts and their states. Everything is lazy: nothing happens before subscription. An implementation never
 * blocks the thread that subscribes; results may arrive on any thread. Every failure is a
 * {@link dev.tributary.core.error.StorageException}, except that a store with too much under way refuses more with
 * {@link dev.tributary.core.error.NodeBusyException}. The kit {@code ContractStoreTests} says the rest as tests.
 */
public interface ContractStore {

    /** The contract as last committed, or empty if it is not held. */
    Mono<StoredContract> read(ContractInstanceId id);

    /**
     * Writes contract, state and metadata as one change. Completes when the change is as durable as the store promises;
     * a crash at any moment leaves either the whole old or the whole new one. Of two commits of one contract the later
     * subscribed wins. Cancelling does not undo it.
     */
    Mono<Void> commit(StoredContract stored);

    /** Forgets the contract; completes also if it was not held. */
    Mono<Void> remove(ContractInstanceId id);

    /** The keys of all that is held at the moment of subscription, in no order. */
    Flux<ContractKey> keys();

    /** What is known of all that is held without reading the states, at the moment of subscription, in no order. */
    Flux<Holding> holdings();

    /** What it holds now: cheap, callable from any thread. */
    StoreUsage usage();

    /** Finishes what was begun, then lets go of files and threads. Later calls fail. Completes also when repeated. */
    Mono<Void> close();
}
