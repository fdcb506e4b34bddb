package dev.tributary.core.simulation;

import dev.tributary.core.simulation.time.SimulatedTime;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoreUsage;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A store with random delays, which reorder a node's work for different contracts and neighbours.
 *
 * @param clock the virtual time, once set; until then there are no delays
 * @param slowest the upper bound of a delay in milliseconds
 */
record SlowStore(ContractStore memory, AtomicReference<@Nullable SimulatedTime> clock, Random random, int slowest)
        implements ContractStore {

    SlowStore(AtomicReference<@Nullable SimulatedTime> clock, Random random, int slowest) {
        this(InMemoryContractStore.create(), clock, random, slowest);
    }

    @Override
    public Mono<StoredContract> read(ContractInstanceId id) {
        return pause().then(memory.read(id));
    }

    @Override
    public Mono<Void> commit(StoredContract stored) {
        return pause().then(memory.commit(stored)).then(pause());
    }

    @Override
    public Mono<Void> remove(ContractInstanceId id) {
        return pause().then(memory.remove(id));
    }

    @Override
    public Flux<ContractKey> keys() {
        return memory.keys();
    }

    @Override
    public Flux<StoreEntry> entries() {
        return memory.entries();
    }

    @Override
    public StoreUsage usage() {
        return memory.usage();
    }

    @Override
    public Mono<Void> close() {
        return memory.close();
    }

    private Mono<Void> pause() {
        return Mono.defer(() -> {
            SimulatedTime time = clock.get();
            return time == null || random.nextInt(3) == 0
                    ? Mono.empty()
                    : Mono.delay(Duration.ofNanos(random.nextInt(1_000_000 * slowest)), time)
                            .then();
        });
    }
}
