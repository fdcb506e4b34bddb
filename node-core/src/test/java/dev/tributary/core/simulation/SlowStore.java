package dev.tributary.core.simulation;

import dev.tributary.core.simulation.time.SimulatedTime;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.test.ForwardingStore;
import dev.tributary.core.value.ContractInstanceId;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A store with random delays, which reorder a node's work for different contracts and neighbours.
 *
 * @param clock the virtual time, once set; until then there are no delays
 * @param slowest the upper bound of a delay in milliseconds
 */
record SlowStore(ContractStore delegate, AtomicReference<@Nullable SimulatedTime> clock, Random random, int slowest)
        implements ForwardingStore {

    SlowStore(AtomicReference<@Nullable SimulatedTime> clock, Random random, int slowest) {
        this(InMemoryContractStore.create(), clock, random, slowest);
    }

    @Override
    public Mono<StoredContract> read(ContractInstanceId id) {
        return pause().then(delegate.read(id));
    }

    @Override
    public Mono<Void> commit(StoredContract stored) {
        return pause().then(delegate.commit(stored)).then(pause());
    }

    @Override
    public Mono<Void> remove(ContractInstanceId id) {
        return pause().then(delegate.remove(id));
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
