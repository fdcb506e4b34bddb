package dev.tributary.app.storage;

import static dev.tributary.core.storage.SampleContracts.code;
import static dev.tributary.core.storage.SampleContracts.sample;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** What the file store does when files are damaged, foreign, in use or cannot be written. */
@Timeout(60)
class FaultyDiskIntegrationTests {

    private static final int SMALL = 1_000;
    private static final int LARGE = 300_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

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
        disk.makeRoom();
        await(store.close());
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, LARGE})
    void aFullDiskFailsTheCommitAndTheStoreGoesOn(int stateSize) {
        StoredContract before = sample(1, stateSize, 1);
        await(store.commit(before));
        disk.fill();
        for (int i = 0; i < 3; i++) {
            assertFails(store.commit(sample(1, stateSize, 2 + i)), "No space left on device");
            assertFails(store.commit(sample(2, stateSize, 2 + i)), "No space left on device");
        }
        assertThat(read(before)).isEqualTo(before);
        assertThat(store.usage().contracts()).isEqualTo(1);
        disk.makeRoom();
        StoredContract after = sample(1, stateSize, 9);
        await(store.commit(after));
        assertThat(read(after)).isEqualTo(after);
        reopen();
        assertThat(read(after)).isEqualTo(after);
        assertThat(store.usage().contracts()).isEqualTo(1);
    }

    @Test
    void aLargeStateThatFindsNoRoomDoesNotFailTheSmallOnesBesideIt() {
        disk.fillButForTheIndex();
        Flux<Boolean> ends = Flux.range(0, 40)
                .flatMapSequential(
                        i -> store.commit(sample(i, i % 2 == 0 ? SMALL : LARGE, i))
                                .thenReturn(true)
                                .onErrorReturn(StorageException.class, false),
                        40);
        List<Boolean> succeeded = ends.collectList().blockOptional(PATIENCE).orElseThrow();
        for (int i = 0; i < 40; i++) {
            assertThat(succeeded.get(i)).isEqualTo(i % 2 == 0);
        }
        assertThat(store.usage().contracts()).isEqualTo(20);
        assertThat(bodyFiles()).isEmpty();
    }

    @Test
    void aDamagedBodyFailsItsContractOnlyAndANewCommitMendsIt() throws IOException {
        StoredContract hurt = sample(1, LARGE, 1);
        StoredContract whole = sample(2, LARGE, 2);
        await(store.commit(hurt));
        Path body = bodyFiles().get(0);
        await(store.commit(whole));
        byte[] bytes = Files.readAllBytes(body);
        bytes[LARGE / 2] ^= 1;
        Files.write(body, bytes);
        assertFails(store.read(hurt.contract().id()), body.getFileName() + " is damaged");
        Files.write(body, new byte[10]);
        assertFails(store.read(hurt.contract().id()), body.getFileName() + " has 10 bytes instead of " + LARGE);
        Files.delete(body);
        assertFails(store.read(hurt.contract().id()), body.getFileName() + " is missing");
        assertThat(read(whole)).isEqualTo(whole);
        await(store.commit(hurt));
        assertThat(read(hurt)).isEqualTo(hurt);
    }

    @Test
    void aDamagedRecordFailsItsContractOnlyAndNothingIsSwept() {
        StoredContract hurt = sample(1, LARGE, 1);
        StoredContract whole = sample(2, SMALL, 2);
        await(store.commit(hurt));
        await(store.commit(whole));
        await(store.close());
        damageRecord(hurt);
        open();
        assertFails(
                store.read(hurt.contract().id()),
                "cannot read contract " + hurt.contract().id());
        assertThat(read(whole)).isEqualTo(whole);
        assertThat(store.keys().collectList().block(PATIENCE))
                .containsExactly(whole.contract().key());
        assertThat(store.usage().contracts()).isEqualTo(1);
        assertThat(bodyFiles()).hasSize(1);
        await(store.commit(hurt));
        assertThat(read(hurt)).isEqualTo(hurt);
        assertThat(store.usage().contracts()).isEqualTo(2);
    }

    @Test
    void leftoverBodiesAreSweptAndForeignFilesAreNot() throws IOException {
        await(store.commit(sample(1, LARGE, 1)));
        await(store.close());
        Path leftover = Files.write(directory.resolve("bodies/00000000000000ff.body"), new byte[10]);
        Path foreign = Files.write(directory.resolve("bodies/holiday.body"), new byte[10]);
        open();
        assertThat(leftover).doesNotExist();
        assertThat(foreign).exists();
        assertThat(read(sample(1, LARGE, 1))).isEqualTo(sample(1, LARGE, 1));
    }

    @Test
    void bodiesGoWhenTheyAreReplacedOrTheirContractsAreRemoved() {
        for (int i = 0; i < 5; i++) {
            await(store.commit(sample(code(LARGE, 7), 1, LARGE, i)));
            await(store.commit(sample(code(LARGE, 7), 2, LARGE, i)));
        }
        await(store.remove(sample(code(LARGE, 7), 1, 0, 0).contract().id()));
        await(store.commit(sample(3, SMALL, 1))); // by then the files of the removed one are deleted
        assertThat(bodyFiles()).hasSize(2);
        await(store.remove(sample(code(LARGE, 7), 2, 0, 0).contract().id()));
        await(store.commit(sample(3, SMALL, 2)));
        assertThat(bodyFiles()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "this is not an index, however long it may be. "})
    void anIndexThatIsNoneIsNamedAndLeftAsItIs(String content) throws IOException {
        await(store.commit(sample(1, LARGE, 1)));
        await(store.close());
        Path index = directory.resolve("index.mv");
        Path kept = Files.move(index, directory.resolve("kept"));
        Files.writeString(index, content.repeat(500));
        assertThatThrownBy(this::open)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("cannot open the store " + index);
        assertThat(index).hasContent(content.repeat(500));
        assertThat(bodyFiles()).hasSize(1);
        Files.delete(index);
        assertThatThrownBy(this::open).isInstanceOf(StorageException.class).hasMessageContaining("it is missing");
        Files.move(kept, index);
        open();
        assertThat(read(sample(1, LARGE, 1))).isEqualTo(sample(1, LARGE, 1));
    }

    @Test
    void aDirectoryInUseIsRefused() {
        assertThatThrownBy(() -> FileContractStore.open(directory, StorageConfig.defaults(), disk))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("locked");
    }

    @Test
    void whatIsBeyondTheBacklogIsRefusedAtOnceAndTheRestIsDone() {
        reopen(StorageConfig.defaults().withPending(10, 1 << 20));
        List<Class<?>> ends = Flux.range(0, 2_000)
                .flatMap(
                        i -> store.commit(sample(i, SMALL, i))
                                .<Class<?>>thenReturn(Void.class)
                                .onErrorResume(e -> Mono.just(e.getClass())),
                        2_000)
                .collectList()
                .blockOptional(PATIENCE)
                .orElseThrow();
        assertThat(ends)
                .contains(NodeBusyException.class, Void.class)
                .containsOnly(NodeBusyException.class, Void.class);
        long committed = ends.stream().filter(Void.class::equals).count();
        assertThat(store.usage().contracts()).isEqualTo(committed);
    }

    @Test
    void aStateLargerThanTheWholeBacklogIsAdmittedAlone() {
        reopen(StorageConfig.defaults().withPending(10, 1_000));
        StoredContract large = sample(1, LARGE, 1);
        await(store.commit(large));
        assertThat(read(large)).isEqualTo(large);
    }

    @Test
    void theIndexStaysWithinASmallMultipleOfItsContent() throws IOException {
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

    private List<Path> bodyFiles() {
        try (Stream<Path> files = Files.list(directory.resolve("bodies"))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable StoredContract read(StoredContract stored) {
        return store.read(stored.contract().id()).block(PATIENCE);
    }

    private static void await(Mono<Void> ending) {
        ending.block(PATIENCE);
    }

    private static void assertFails(Mono<?> call, String message) {
        StepVerifier.create(call)
                .expectErrorSatisfies(
                        e -> assertThat(e).isInstanceOf(StorageException.class).hasMessageContaining(message))
                .verify(PATIENCE);
    }
}
