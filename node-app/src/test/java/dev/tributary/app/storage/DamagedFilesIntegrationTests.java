package dev.tributary.app.storage;

import static dev.tributary.core.storage.SampleContracts.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Damage in each kind of file of the store: one contract fails, the others do not, and a commit replaces it. */
@Timeout(60)
class DamagedFilesIntegrationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final StorageConfig FILES_ONLY = StorageConfig.defaults().withInlineLimit(0);

    /** The content of a file. */
    enum Part {
        STATE,
        PARAMETERS,
        CODE
    }

    /** What happens to a file. */
    enum Damage {
        BIT_FLIPPED,
        BLOCK_ZEROED,
        TRUNCATED,
        MISSING,
        UNREADABLE
    }

    @TempDir
    private Path directory;

    private final UnreadableDisk disk = new UnreadableDisk();
    private final StoredContract damaged = stored(code(9_000, 1), 1);
    private final StoredContract sibling = stored(code(9_000, 1), 2);
    private final StoredContract other = stored(code(9_000, 3), 3);
    private FileContractStore store;

    @BeforeEach
    void storeThreeContractsTwoOfThemWithTheSameCode() {
        open();
        for (StoredContract each : List.of(damaged, sibling, other)) {
            await(store.commit(each));
        }
    }

    @AfterEach
    void close() {
        await(store.close());
    }

    @ParameterizedTest
    @CsvSource({
        "STATE, BIT_FLIPPED",
        "STATE, BLOCK_ZEROED",
        "STATE, TRUNCATED",
        "STATE, MISSING",
        "STATE, UNREADABLE",
        "PARAMETERS, BIT_FLIPPED",
        "PARAMETERS, MISSING",
        "PARAMETERS, UNREADABLE",
        "CODE, BIT_FLIPPED",
        "CODE, BLOCK_ZEROED",
        "CODE, TRUNCATED",
        "CODE, MISSING",
        "CODE, UNREADABLE"
    })
    void commitReplacesWhatIsDamaged(Part part, Damage damage) throws IOException {
        damage(part, damage);
        reopen();

        assertDamaged(damaged);
        assertThat(read(other)).isEqualTo(other);
        if (part != Part.CODE) {
            assertThat(read(sibling)).isEqualTo(sibling);
        }

        await(store.commit(damaged));

        for (StoredContract each : List.of(damaged, sibling, other)) {
            assertThat(read(each)).isEqualTo(each);
        }
        reopen();
        for (StoredContract each : List.of(damaged, sibling, other)) {
            assertThat(read(each)).isEqualTo(each);
        }
        assertThat(bodies()).hasSize(3 * 2 + 2);
    }

    @ParameterizedTest
    @EnumSource
    void verifyReadsPastTheCache(Part part) throws IOException {
        assertThat(store.verify(damaged.contract().id(), true).block(TIMEOUT)).isEqualTo(9_000 + 5_000 + 7_000);
        damage(part, Damage.BIT_FLIPPED);

        StepVerifier.create(store.verify(damaged.contract().id(), true))
                .expectError(ContractDamagedException.class)
                .verify(TIMEOUT);
        StepVerifier.create(store.verify(other.contract().id(), true))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void codeThatACacheStillHasIsWrittenAnew() throws IOException {
        damage(Part.CODE, Damage.BIT_FLIPPED);
        StepVerifier.create(store.verify(damaged.contract().id(), true))
                .expectError(ContractDamagedException.class)
                .verify(TIMEOUT);

        StoredContract readable = read(damaged);
        await(store.commit(readable));

        reopen();
        assertThat(read(damaged)).isEqualTo(damaged);
        assertThat(read(sibling)).isEqualTo(sibling);
    }

    @Test
    void verifyOfAContractThatIsNotStoredIsEmpty() {
        StepVerifier.create(store.verify(ContractInstanceId.NONE, true))
                .expectComplete()
                .verify(TIMEOUT);
    }

    private void open() {
        store = FileContractStore.open(directory, FILES_ONLY, disk);
    }

    private void reopen() {
        await(store.close());
        open();
    }

    private void damage(Part part, Damage damage) throws IOException {
        byte[] content = switch (part) {
            case STATE -> damaged.state().bytes().toArray();
            case PARAMETERS -> damaged.contract().parameters().bytes().toArray();
            case CODE -> damaged.contract().code().bytes().toArray();
        };
        for (Path body : bodies()) {
            if (Arrays.equals(Files.readAllBytes(body), content)) {
                damage(body, content, damage);
                return;
            }
        }
        throw new AssertionError("no file has the " + part);
    }

    private void damage(Path body, byte[] content, Damage damage) throws IOException {
        switch (damage) {
            case BIT_FLIPPED -> {
                content[content.length / 2] ^= 4;
                Files.write(body, content);
            }
            case BLOCK_ZEROED -> {
                Arrays.fill(content, 0, 4_096, (byte) 0);
                Files.write(body, content);
            }
            case TRUNCATED -> Files.write(body, Arrays.copyOf(content, content.length / 2));
            case MISSING -> Files.delete(body);
            case UNREADABLE -> disk.unreadable = body;
        }
    }

    private List<Path> bodies() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("bodies"))) {
            return files.sorted().toList();
        }
    }

    private void assertDamaged(StoredContract stored) {
        StepVerifier.create(store.read(stored.contract().id()))
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(ContractDamagedException.class)
                        .hasMessageContaining(stored.contract().id().toString()))
                .verify(TIMEOUT);
    }

    private StoredContract read(StoredContract stored) {
        return store.read(stored.contract().id()).blockOptional(TIMEOUT).orElseThrow();
    }

    private static StoredContract stored(ContractCode code, int number) {
        byte[] parameters = new byte[5_000];
        parameters[0] = (byte) number;
        byte[] state = new byte[7_000];
        state[1] = (byte) number;
        Contract contract = Contract.of(code, new Parameters(Bytes.wrap(parameters)));
        State held = new State(Bytes.wrap(state));
        Instant changed = Instant.parse("2026-01-02T03:04:05Z");
        return new StoredContract(contract, held, held.digest(), changed, Demand.firstRequest(changed));
    }

    private static void await(Mono<Void> completion) {
        completion.block(TIMEOUT);
    }

    /** A disk with one sector that cannot be read. */
    private static final class UnreadableDisk extends Disk {

        private volatile @Nullable Path unreadable;

        @Override
        Bytes read(Path file, int size) throws IOException {
            if (file.equals(unreadable)) {
                throw new IOException(file + ": Input/output error");
            }
            return super.read(file, size);
        }
    }
}
