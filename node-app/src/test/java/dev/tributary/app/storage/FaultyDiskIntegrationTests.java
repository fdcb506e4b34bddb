package dev.tributary.app.storage;

import static dev.tributary.core.storage.SampleContracts.code;
import static dev.tributary.core.storage.SampleContracts.sample;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.StoredContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The file store with files that are damaged, of another format, in use or not writable. */
@Timeout(60)
class FaultyDiskIntegrationTests {

    private static final int SMALL = 1_000;
    private static final int LARGE = 300_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private final FullDisk disk = new FullDisk();
    private FileContractStore store;

    @BeforeEach
    void open() {
        store = FileContractStore.open(directory, StorageConfig.defaults(), disk);
    }

    @AfterEach
    void close() {
        disk.freeSpace();
        await(store.close());
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, LARGE})
    void fullDiskFailsTheCommitAndTheStoreContinues(int stateSize) {
        StoredContract before = sample(1, stateSize, 1);
        await(store.commit(before));
        disk.fill();
        for (int i = 0; i < 3; i++) {
            assertFails(store.commit(sample(1, stateSize, 2 + i)), "No space left on device");
            assertFails(store.commit(sample(2, stateSize, 2 + i)), "No space left on device");
        }
        assertThat(read(before)).isEqualTo(before);
        assertThat(store.usage().contracts()).isEqualTo(1);
        disk.freeSpace();
        StoredContract after = sample(1, stateSize, 9);
        await(store.commit(after));
        assertThat(read(after)).isEqualTo(after);
        reopen();
        assertThat(read(after)).isEqualTo(after);
        assertThat(store.usage().contracts()).isEqualTo(1);
    }

    @Test
    void largeStateWithoutRoomDoesNotFailSmallStatesOfTheSameBatch() {
        disk.fillExceptIndex();
        Flux<Boolean> results = Flux.range(0, 40)
                .flatMapSequential(
                        i -> store.commit(sample(i, i % 2 == 0 ? SMALL : LARGE, i))
                                .thenReturn(true)
                                .onErrorReturn(StorageException.class, false),
                        40);
        List<Boolean> succeeded = results.collectList().blockOptional(TIMEOUT).orElseThrow();
        for (int i = 0; i < 40; i++) {
            assertThat(succeeded.get(i)).isEqualTo(i % 2 == 0);
        }
        assertThat(store.usage().contracts()).isEqualTo(20);
        assertThat(blobFiles()).isEmpty();
    }

    @Test
    void damagedBlobFailsItsContractOnlyAndANewCommitRepairsIt() throws IOException {
        StoredContract damaged = sample(1, LARGE, 1);
        StoredContract intact = sample(2, LARGE, 2);
        await(store.commit(damaged));
        Path blob = blobFiles().get(0);
        await(store.commit(intact));
        byte[] bytes = Files.readAllBytes(blob);
        bytes[LARGE / 2] ^= 1;
        Files.write(blob, bytes);
        assertDamaged(damaged, blob.getFileName() + " is damaged");
        Files.write(blob, new byte[10]);
        assertDamaged(damaged, blob.getFileName() + " has 10 bytes instead of " + LARGE);
        Files.delete(blob);
        assertDamaged(damaged, blob.getFileName() + " is missing");
        assertThat(read(intact)).isEqualTo(intact);
        await(store.commit(damaged));
        assertThat(read(damaged)).isEqualTo(damaged);
    }

    @Test
    void damagedRecordFailsItsContractOnlyAndNoFileIsDeleted() {
        StoredContract damaged = sample(1, LARGE, 1);
        StoredContract intact = sample(2, SMALL, 2);
        await(store.commit(damaged));
        await(store.commit(intact));
        await(store.close());
        damageRecord(damaged);
        open();
        assertDamaged(damaged, "its checksum differs");
        assertThat(read(intact)).isEqualTo(intact);
        assertThat(store.keys().collectList().block(TIMEOUT))
                .containsExactly(intact.contract().key());
        assertThat(store.usage().contracts()).isEqualTo(1);
        assertThat(blobFiles()).hasSize(1);
        await(store.commit(damaged));
        assertThat(read(damaged)).isEqualTo(damaged);
        assertThat(store.usage().contracts()).isEqualTo(2);
    }

    @Test
    void orphanBlobsAreDeletedAndOtherFilesAreKept() throws IOException {
        await(store.commit(sample(1, LARGE, 1)));
        await(store.close());
        Path orphan = Files.write(directory.resolve("bodies/00000000000000ff.body"), new byte[10]);
        Path otherFile = Files.write(directory.resolve("bodies/holiday.body"), new byte[10]);
        open();
        assertThat(orphan).doesNotExist();
        assertThat(otherFile).exists();
        assertThat(read(sample(1, LARGE, 1))).isEqualTo(sample(1, LARGE, 1));
    }

    @Test
    void blobsAreDeletedWhenReplacedOrRemoved() {
        for (int i = 0; i < 5; i++) {
            await(store.commit(sample(code(LARGE, 7), 1, LARGE, i)));
            await(store.commit(sample(code(LARGE, 7), 2, LARGE, i)));
        }
        await(store.remove(sample(code(LARGE, 7), 1, 0, 0).contract().id()));
        await(store.commit(sample(3, SMALL, 1))); // completes after the files of the removed contract are deleted
        assertThat(blobFiles()).hasSize(2);
        await(store.remove(sample(code(LARGE, 7), 2, 0, 0).contract().id()));
        await(store.commit(sample(3, SMALL, 2)));
        assertThat(blobFiles()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "this is not an index, however long it may be. "})
    void invalidIndexIsNamedAndKept(String content) throws IOException {
        await(store.commit(sample(1, LARGE, 1)));
        await(store.close());
        Path index = directory.resolve("index.mv");
        Path kept = Files.move(index, directory.resolve("kept"));
        Files.writeString(index, content.repeat(500));
        assertThatThrownBy(this::open)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("cannot open the store " + index);
        assertThat(index).hasContent(content.repeat(500));
        assertThat(blobFiles()).hasSize(1);
        Files.delete(index);
        assertThatThrownBy(this::open)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("the index is missing");
        Files.move(kept, index);
        open();
        assertThat(read(sample(1, LARGE, 1))).isEqualTo(sample(1, LARGE, 1));
    }

    @Test
    void directoryInUseIsRefused() {
        assertThatThrownBy(() -> FileContractStore.open(directory, StorageConfig.defaults(), disk))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("locked");
    }

    @Test
    void changesBeyondTheQueueLimitAreRefusedAndTheOthersCommitted() {
        reopen(StorageConfig.defaults().withPendingChanges(10).withPendingBytes(1 << 20));
        List<Class<?>> results = Flux.range(0, 2_000)
                .flatMap(
                        i -> store.commit(sample(i, SMALL, i))
                                .<Class<?>>thenReturn(Void.class)
                                .onErrorResume(e -> Mono.just(e.getClass())),
                        2_000)
                .collectList()
                .blockOptional(TIMEOUT)
                .orElseThrow();
        assertThat(results)
                .contains(NodeBusyException.class, Void.class)
                .containsOnly(NodeBusyException.class, Void.class);
        long committed = results.stream().filter(Void.class::equals).count();
        assertThat(store.usage().contracts()).isEqualTo(committed);
    }

    @Test
    void stateLargerThanTheQueueLimitIsAdmittedAlone() {
        reopen(StorageConfig.defaults().withPendingChanges(10).withPendingBytes(1_000));
        StoredContract large = sample(1, LARGE, 1);
        await(store.commit(large));
        assertThat(read(large)).isEqualTo(large);
    }

    @Test
    void indexStaysWithinASmallMultipleOfItsContent() throws IOException {
        for (int round = 0; round < 20; round++) {
            int seed = round;
            await(Flux.range(0, 2_000)
                    .flatMap(i -> store.commit(sample(i, SMALL, seed + i)), 64)
                    .then());
        }
        long content = 2_000 * SMALL;
        assertThat(Files.size(directory.resolve("index.mv"))).isLessThan(8 * content);
    }

    private void reopen() {
        reopen(StorageConfig.defaults());
    }

    private void reopen(StorageConfig config) {
        await(store.close());
        store = FileContractStore.open(directory, config, disk);
    }

    private void damageRecord(StoredContract stored) {
        try (MVStore index = MVStore.open(directory.resolve("index.mv").toString())) {
            MVMap<byte[], byte[]> contracts = index.openMap(
                    "contracts",
                    new MVMap.Builder<byte[], byte[]>()
                            .keyType(ByteArrayDataType.INSTANCE)
                            .valueType(ByteArrayDataType.INSTANCE));
            byte[] key = stored.contract().id().bytes().toArray();
            byte[] record = requireNonNull(contracts.get(key)).clone();
            record[record.length / 2] ^= 1;
            contracts.put(key, record);
        }
    }

    private List<Path> blobFiles() {
        try (Stream<Path> files = Files.list(directory.resolve("bodies"))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable StoredContract read(StoredContract stored) {
        return store.read(stored.contract().id()).block(TIMEOUT);
    }

    private static void await(Mono<Void> completion) {
        completion.block(TIMEOUT);
    }

    private void assertDamaged(StoredContract damaged, String message) {
        StepVerifier.create(store.read(damaged.contract().id()))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(ContractDamagedException.class)
                        .hasMessageContaining(message))
                .verify(TIMEOUT);
    }

    private static void assertFails(Mono<?> call, String message) {
        StepVerifier.create(call)
                .expectErrorSatisfies(
                        e -> assertThat(e).isInstanceOf(StorageException.class).hasMessageContaining(message))
                .verify(TIMEOUT);
    }
}
