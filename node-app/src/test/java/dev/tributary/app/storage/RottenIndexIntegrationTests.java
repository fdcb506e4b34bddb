package dev.tributary.app.storage;

import static dev.tributary.core.storage.SampleContracts.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoreListing;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** The index of an open store rots in pages that no cache has. */
@Timeout(120)
class RottenIndexIntegrationTests {

    private static final int CONTRACTS = 1_000;
    private static final int BYTES = 4_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final StorageConfig CONFIG =
            StorageConfig.defaults().withDurability(Durability.BUFFERED).withCacheBytes(1 << 20);

    @TempDir
    private Path directory;

    private FileContractStore store;
    private FlippedBits files;

    @BeforeEach
    void fillMoreThanTheCacheHolds() throws IOException {
        store = FileContractStore.open(directory.resolve("contracts"), CONFIG);
        Flux.range(0, CONTRACTS).flatMap(i -> store.commit(stored(i)), 100).blockLast(TIMEOUT);
        store.close().block(TIMEOUT);
        FileContractStore.compact(directory.resolve("contracts"), CONFIG);
        store = FileContractStore.open(directory.resolve("contracts"), CONFIG);
        files = new FlippedBits(directory);
    }

    @AfterEach
    void close() {
        store.close().block(TIMEOUT);
    }

    @Test
    void whatIsBesideADamagedPageStaysReadableWhenTheIndexCannotBeWritten() throws IOException {
        files.loseIndexBlocks(16);
        System.gc(); // the cache finds evicted pages again until they are collected
        Outcome first = readAll();
        assertThat(first.read()).isGreaterThan(CONTRACTS / 4);
        assertThat(first.damaged() + first.missing()).isPositive();
        assertThat(first.failed()).isZero();

        assertThatThrownBy(() -> Flux.range(0, CONTRACTS)
                        .concatMap(i -> store.commit(sample(i, BYTES, CONTRACTS + i)))
                        .blockLast(TIMEOUT))
                .isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> store.commit(stored(CONTRACTS)).block(TIMEOUT))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("storage.when-damaged = continue");
        assertThatThrownBy(() -> store.remove(stored(1).contract().id()).block(TIMEOUT))
                .isInstanceOf(StorageException.class);
        store.probe().block(TIMEOUT);
        assertThat(store.health().isWritable()).isFalse();

        Outcome second = readAll();
        assertThat(second.read()).isGreaterThan(CONTRACTS / 4);
        assertThat(second.failed()).isZero();
        store.close().block(TIMEOUT);
        assertThatThrownBy(() -> FileContractStore.open(directory.resolve("contracts"), CONFIG))
                .isInstanceOf(StorageException.class);
        store = FileContractStore.open(directory.resolve("contracts"), CONFIG.withWhenDamaged(WhenDamaged.CONTINUE));
        assertThat(readAll().read()).isGreaterThan(CONTRACTS / 4);
        store.commit(stored(1)).block(TIMEOUT);
    }

    @Test
    void listingNamesTheContractsThatADamagedPageHides() throws IOException {
        files.loseIndexBlocks(16);
        System.gc();

        StoreListing listing = store.listing().blockOptional(TIMEOUT).orElseThrow();

        assertThat(listing.unreadable())
                .isNotEmpty()
                .allSatisfy(range -> assertThat(range.reason()).contains("page"));
        assertNamesAll(listing, CONTRACTS / 4);
        assertThat(store.entries().collectList().block(TIMEOUT)).hasSameSizeAs(listing.entries());
        assertThat(store.keys().collectList().block(TIMEOUT)).hasSameSizeAs(listing.entries());
    }

    @Test
    void storeThatAStartRefusesIsReadAsFarAsItCanBe() throws IOException {
        store.close().block(TIMEOUT);
        files.loseIndexBlocks(16);
        Path contracts = directory.resolve("contracts");
        byte[] damaged = Files.readAllBytes(contracts.resolve("index.mv"));
        assertThatThrownBy(() -> FileContractStore.open(contracts, CONFIG)).isInstanceOf(StorageException.class);

        store = FileContractStore.openToRead(contracts, CONFIG);
        StoreListing listing = store.listing().blockOptional(TIMEOUT).orElseThrow();

        assertThat(store.refusal())
                .hasValueSatisfying(reason -> assertThat(reason).contains("storage.when-damaged"));
        assertThat(listing.unreadable()).isNotEmpty();
        assertNamesAll(listing, CONTRACTS / 4);
        StoreEntry first = listing.entries().get(0);
        assertThat(store.read(first.key().id())
                        .blockOptional(TIMEOUT)
                        .orElseThrow()
                        .digest())
                .isEqualTo(first.digest());
        assertThatThrownBy(() -> store.commit(stored(1)).block(TIMEOUT)).isInstanceOf(StorageException.class);
        assertThat(contracts.resolve("index.mv")).hasBinaryContent(damaged);
    }

    private static void assertNamesAll(StoreListing listing, int least) {
        Set<ContractInstanceId> ids = listing.ids();
        assertThat(listing.entries()).hasSizeGreaterThan(least).hasSizeLessThan(CONTRACTS);
        Set<ContractInstanceId> all = IntStream.range(0, CONTRACTS)
                .mapToObj(i -> stored(i).contract().id())
                .collect(Collectors.toSet());
        long unnamed = all.stream()
                .filter(id -> !ids.contains(id) && !listing.mayHide(id))
                .count();
        // The key of a damaged record may be damaged too.
        assertThat(unnamed)
                .isLessThanOrEqualTo(listing.damaged().stream()
                        .filter(id -> !all.contains(id))
                        .count());
    }

    /** How many contracts are read, damaged, not found, or cannot be read for another reason. */
    private record Outcome(int read, int damaged, int missing, int failed) {}

    private Outcome readAll() {
        int[] counts = new int[4];
        for (int i = 0; i < CONTRACTS; i++) {
            try {
                StoredContract found = store.read(stored(i).contract().id()).block(TIMEOUT);
                counts[found == null ? 2 : 0]++;
            } catch (ContractDamagedException damaged) {
                counts[1]++;
            } catch (StorageException failed) {
                counts[3]++;
            }
        }
        return new Outcome(counts[0], counts[1], counts[2], counts[3]);
    }

    private static StoredContract stored(int number) {
        return sample(number, BYTES, number);
    }
}
