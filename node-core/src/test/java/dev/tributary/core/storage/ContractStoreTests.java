package dev.tributary.core.storage;

import static dev.tributary.core.storage.SampleContracts.code;
import static dev.tributary.core.storage.SampleContracts.sample;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.StorageException;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Test kit for every {@link ContractStore}: extend it and implement {@link #open()}. */
@Timeout(120)
public abstract class ContractStoreTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int CONCURRENCY = 32;

    /** The store under test; empty at the start of each test. */
    protected ContractStore store;

    /** Opens an empty store. */
    protected abstract ContractStore open();

    @BeforeEach
    void openEmpty() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        await(store.close());
    }

    @Test
    void readingAnUnknownContractIsEmpty() {
        StepVerifier.create(store.read(sample(1, 10, 1).contract().id()))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000, 100_000, 50 * 1024 * 1024})
    void committedContractIsReadBack(int stateSize) {
        StoredContract stored = sample(1, stateSize, 1);
        await(store.commit(stored));
        assertStored(stored);
        assertThat(store.usage()).isEqualTo(new StoreUsage(1, stateSize));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_000, 200_000})
    void laterStateOfAnySizeReplacesTheEarlierOne(int stateSize) {
        for (int size : new int[] {stateSize, 10, 300_000, 0, stateSize}) {
            StoredContract stored = sample(1, size, size + 7);
            await(store.commit(stored));
            assertStored(stored);
            assertThat(store.usage()).isEqualTo(new StoreUsage(1, size));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 200_000})
    void removedContractCanBeCommittedAgain(int stateSize) {
        StoredContract stored = sample(1, stateSize, 1);
        await(store.commit(stored));
        await(store.remove(stored.contract().id()));
        assertThat(read(stored.contract().id())).isNull();
        assertThat(store.usage()).isEqualTo(new StoreUsage(0, 0));
        await(store.commit(stored));
        assertStored(stored);
    }

    @Test
    void removingAnUnknownContractCompletes() {
        StepVerifier.create(store.remove(sample(1, 10, 1).contract().id()))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void keysListAllStoredContracts() {
        List<ContractKey> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            await(store.commit(sample(i, i, i)));
            expected.add(sample(i, i, i).contract().key());
        }
        await(store.remove(expected.remove(17).id()));
        assertThat(keys()).containsExactlyInAnyOrderElementsOf(expected);
        StepVerifier.create(store.keys(), 5).expectNextCount(5).thenCancel().verify(TIMEOUT);
    }

    @Test
    void holdingsListMetadataOfAllStoredContracts() {
        ContractCode large = code(100_000, 3);
        List<StoredContract> all = List.of(sample(1, 0, 1), sample(2, 300_000, 2), sample(large, 3, 70, 3));
        all.forEach(stored -> await(store.commit(stored)));
        await(store.commit(sample(4, 10, 4)));
        await(store.remove(sample(4, 10, 4).contract().id()));
        assertThat(entries())
                .containsExactlyInAnyOrderElementsOf(
                        all.stream().map(StoreEntry::of).toList());
        StoreListing listing = store.listing().blockOptional(TIMEOUT).orElseThrow();
        assertThat(listing.entries()).containsExactlyInAnyOrderElementsOf(entries());
        assertThat(listing.damaged()).isEmpty();
        assertThat(listing.unreadable()).isEmpty();
    }

    @Test
    void laterCommitReplacesTheDemand() {
        StoredContract before = sample(1, 10, 1);
        StoredContract after = new StoredContract(
                before.contract(),
                before.state(),
                before.digest(),
                before.changed(),
                before.demand().afterRequest(before.changed()).afterClientPut());
        await(store.commit(before));
        await(store.commit(after));
        assertStored(after);
        assertThat(entries()).containsExactly(StoreEntry.of(after));
    }

    @Test
    void usageIsTheSumOverAllContracts() {
        await(store.commit(sample(1, 100, 1)));
        await(store.commit(sample(2, 100_000, 2)));
        await(store.commit(sample(3, 0, 3)));
        await(store.commit(sample(2, 70_000, 4)));
        assertThat(store.usage()).isEqualTo(new StoreUsage(3, 70_100));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 300_000})
    void sharedCodeIsKeptUntilItsLastContractIsRemoved(int codeSize) {
        ContractCode shared = code(codeSize, 5);
        for (int i = 0; i < 20; i++) {
            await(store.commit(sample(shared, i, 100, i)));
        }
        for (int i = 0; i < 19; i++) {
            await(store.remove(sample(shared, i, 100, i).contract().id()));
            assertStored(sample(shared, 19, 100, 19));
        }
        await(store.remove(sample(shared, 19, 100, 19).contract().id()));
        await(store.commit(sample(shared, 20, 100, 20)));
        assertStored(sample(shared, 20, 100, 20));
    }

    @Test
    void concurrentlyCommittedContractsAreAllStored() {
        int contracts = 400;
        Flux<Void> commits = Flux.range(0, contracts)
                .flatMap(i -> store.commit(sample(i, sizeOf(i), i)).subscribeOn(Schedulers.parallel()), CONCURRENCY);
        await(commits.then());
        for (int i = 0; i < contracts; i++) {
            assertStored(sample(i, sizeOf(i), i));
        }
        assertThat(store.usage().contracts()).isEqualTo(contracts);
    }

    @Test
    void commitThatIsSubscribedLaterWins() {
        for (int round = 0; round < 30; round++) {
            int last = round * 10 + 9;
            Flux<Void> inOrder =
                    Flux.range(round * 10, 10).flatMap(seed -> store.commit(sample(1, sizeOf(seed), seed)), 10);
            await(inOrder.then());
            assertStored(sample(1, sizeOf(last), last));
        }
    }

    @Test
    void nothingHappensBeforeSubscription() {
        StoredContract stored = sample(1, 10, 1);
        Mono<Void> commit = store.commit(stored);
        Mono<StoredContract> read = store.read(stored.contract().id());
        Mono<Void> remove = store.remove(stored.contract().id());
        assertThat(store.usage().contracts()).isZero();
        await(commit);
        StepVerifier.create(read).expectNext(stored).expectComplete().verify(TIMEOUT);
        await(remove);
        await(commit);
        StepVerifier.create(read).expectNext(stored).expectComplete().verify(TIMEOUT);
    }

    @Test
    void cancelledCommitLeavesEitherTheOldOrTheNewState() {
        for (int round = 0; round < 100; round++) {
            StoredContract before = sample(1, sizeOf(round), round);
            StoredContract after = sample(1, sizeOf(round + 1), round + 1);
            await(store.commit(before));
            Disposable cancelled = store.commit(after).subscribe(done -> {}, error -> {});
            cancelled.dispose();
            assertThat(read(before.contract().id())).isIn(before, after);
            await(store.commit(before));
            assertStored(before);
        }
    }

    @Test
    void closedStoreRefusesCallsAndCanBeClosedAgain() {
        StoredContract stored = sample(1, 10, 1);
        await(store.commit(stored));
        await(store.close());
        await(store.close());
        assertFails(store.read(stored.contract().id()));
        assertFails(store.commit(stored));
        assertFails(store.remove(stored.contract().id()));
        assertFails(store.keys());
        assertFails(store.entries());
    }

    @Test
    void stalledReaderDoesNotBlockWriters() {
        await(store.commit(sample(1, 10, 1)));
        await(store.commit(sample(2, 10, 2)));
        StepVerifier.create(store.keys(), 1)
                .expectNextCount(1)
                .then(() -> await(store.commit(sample(3, 10, 3))))
                .thenCancel()
                .verify(TIMEOUT);
        assertStored(sample(3, 10, 3));
    }

    /** Waits for completion; fails after a minute. */
    protected static void await(Mono<Void> operation) {
        operation.block(TIMEOUT);
    }

    /** The stored contract with this id, or null. */
    protected @Nullable StoredContract read(ContractInstanceId id) {
        return store.read(id).block(TIMEOUT);
    }

    /** The keys of all stored contracts. */
    protected List<ContractKey> keys() {
        return store.keys().collectList().blockOptional(TIMEOUT).orElseThrow();
    }

    /** The metadata of all stored contracts. */
    protected List<StoreEntry> entries() {
        return store.entries().collectList().blockOptional(TIMEOUT).orElseThrow();
    }

    /** Fails unless the store returns exactly this contract. */
    protected void assertStored(StoredContract expected) {
        StoredContract held =
                store.read(expected.contract().id()).blockOptional(TIMEOUT).orElseThrow();
        assertThat(held).isEqualTo(expected);
        assertThat(held.contract().code().bytes())
                .isEqualTo(expected.contract().code().bytes());
        assertThat(held.contract().parameters()).isEqualTo(expected.contract().parameters());
    }

    private static void assertFails(Publisher<?> call) {
        StepVerifier.create(call).expectError(StorageException.class).verify(TIMEOUT);
    }

    private static int sizeOf(int seed) {
        return seed % 4 == 0 ? 100_000 + seed : seed;
    }
}
