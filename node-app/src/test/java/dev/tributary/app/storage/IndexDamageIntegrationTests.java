package dev.tributary.app.storage;

import static dev.tributary.core.storage.SampleContracts.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.StoredContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/**
 * Damage of the index, of the file beside it, and indexes that are older than they were: no contract vanishes without a
 * word, and no body is deleted. The system property {@code tributary.damage-step} sets the distance in bytes of the damaged
 * places.
 */
@Timeout(600)
class IndexDamageIntegrationTests {

    private static final int CONTRACTS = 30;
    private static final int STEP = Integer.getInteger("tributary.damage-step", 1_531);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final StorageConfig CONFIG = StorageConfig.defaults().withInlineLimit(2_000);
    private static final StorageConfig CONTINUE = CONFIG.withWhenDamaged(WhenDamaged.CONTINUE);

    @TempDir
    private Path directory;

    private Path store;
    private Path index;
    private byte[] wholeIndex;
    private byte[] wholeGeneration;
    private List<String> bodies;
    private final Map<String, byte[]> wholeBodies = new HashMap<>();

    @BeforeEach
    void fill() throws IOException {
        store = directory.resolve("store");
        index = store.resolve("index.mv");
        FileContractStore filled = open(CONFIG);
        Flux.range(0, 2 * CONTRACTS)
                .flatMap(seed -> filled.commit(stored(seed % CONTRACTS)), 4)
                .blockLast(TIMEOUT);
        filled.close().block(TIMEOUT);
        wholeIndex = Files.readAllBytes(index);
        wholeGeneration = Files.readAllBytes(store.resolve("generation"));
        bodies = bodies();
        assertThat(bodies).isNotEmpty();
    }

    @Test
    void flippedByteLosesNothingWithoutAWord() throws IOException {
        for (int at = 0; at < wholeIndex.length; at += STEP) {
            byte[] damaged = wholeIndex.clone();
            damaged[at] ^= (byte) 0xff;
            check(damaged, "flipped byte at " + at);
        }
    }

    @Test
    void zeroedBlockLosesNothingWithoutAWord() throws IOException {
        for (int at = 0; at < wholeIndex.length; at += 4_096 * Math.max(1, STEP / 512)) {
            byte[] damaged = wholeIndex.clone();
            Arrays.fill(damaged, at, Math.min(damaged.length, at + 4_096), (byte) 0);
            check(damaged, "zeroed block at " + at);
        }
    }

    @Test
    void truncatedIndexLosesNothingWithoutAWord() throws IOException {
        for (int length = 0; length < wholeIndex.length; length += 4_096 * Math.max(1, STEP / 512)) {
            check(Arrays.copyOf(wholeIndex, length), "index cut off after " + length);
        }
    }

    @Test
    void continuingKeepsWhatIsReadableAndAllBodies() throws IOException {
        int readable = 0;
        int places = 0;
        for (int at = 8_192 + STEP; at < wholeIndex.length; at += 8 * STEP) {
            byte[] damaged = wholeIndex.clone();
            damaged[at] ^= (byte) 0xff;
            reset(damaged);
            FileContractStore opened = FileContractStore.open(store, CONTINUE, JournalDisk.create());
            for (int contract = 0; contract < CONTRACTS; contract++) {
                StoredContract found = opened.read(stored(contract).contract().id())
                        .onErrorComplete(NodeException.class)
                        .block(TIMEOUT);
                assertThat(found).as("byte %d", at).isIn(null, stored(contract));
                readable += found == null ? 0 : 1;
            }
            places++;
            opened.commit(stored(1)).block(TIMEOUT);
            opened.close().block(TIMEOUT);
            FileContractStore.open(store, CONFIG, JournalDisk.create()).close().block(TIMEOUT);
            assertThat(bodiesAnywhere()).as("byte %d", at).containsAll(bodies);
        }
        assertThat(readable).isGreaterThan(places * CONTRACTS * 8 / 10);
    }

    @Test
    void olderIndexIsRefusedWithTheRemedyAndUsedIfConfigured() throws IOException {
        StoredContract later = stored(CONTRACTS);
        FileContractStore filled = open(CONFIG);
        filled.commit(later).block(TIMEOUT);
        filled.close().block(TIMEOUT);
        Files.write(index, wholeIndex);

        assertThatThrownBy(() -> open(CONFIG))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(index.toString())
                .hasMessageContaining("the index went back")
                .hasMessageContaining("was acknowledged")
                .hasMessageContaining("storage.when-damaged = continue");
        assertThat(index).hasBinaryContent(wholeIndex);

        FileContractStore continued = open(CONTINUE);
        assertThat(read(continued, 0)).isEqualTo(stored(0));
        assertThat(read(continued, CONTRACTS)).isNull();
        continued.commit(later).block(TIMEOUT);
        continued.close().block(TIMEOUT);
        assertThat(open(CONFIG).close().thenReturn(true).block(TIMEOUT)).isTrue();
    }

    @Test
    void missingIndexIsRefusedAndTheBodiesAreKeptIfConfigured() throws IOException {
        Files.delete(index);
        assertThatThrownBy(() -> open(CONFIG)).hasMessageContaining("the index is missing");

        FileContractStore continued = open(CONTINUE);
        assertThat(continued.keys().collectList().block(TIMEOUT)).isEmpty();
        continued.commit(stored(1)).block(TIMEOUT);
        continued.close().block(TIMEOUT);
        open(CONFIG).close().block(TIMEOUT);
        try (Stream<Path> kept = Files.list(store.resolve("quarantine"))) {
            assertThat(kept.map(file -> file.getFileName().toString()))
                    .contains(bodies.stream().map(name -> "kept-" + name).toArray(String[]::new));
        }
    }

    @Test
    void indexOfAnotherStoreIsRefused() throws IOException {
        FileContractStore other = FileContractStore.open(directory.resolve("other"), CONFIG);
        other.commit(stored(1)).block(TIMEOUT);
        other.close().block(TIMEOUT);
        Files.copy(directory.resolve("other/generation"), store.resolve("generation.new"));
        Files.move(store.resolve("generation.new"), store.resolve("generation"), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> open(CONFIG)).hasMessageContaining("another store");
    }

    @Test
    void missingGenerationIsAcceptedAfterACleanEndOnly() throws IOException {
        Files.delete(store.resolve("generation"));
        open(CONFIG).close().block(TIMEOUT);
        assertThat(store.resolve("generation")).exists();

        FileContractStore running = open(CONFIG);
        running.commit(stored(1)).block(TIMEOUT);
        byte[] copied = Files.readAllBytes(index);
        running.close().block(TIMEOUT);
        Files.write(index, copied);
        Files.delete(store.resolve("generation"));
        assertThatThrownBy(() -> open(CONFIG))
                .hasMessageContaining("the file 'generation' beside the index is missing");
    }

    @Test
    void unknownFormatIsRefusedWithWhatToDo() {
        try (MVStore raw = MVStore.open(index.toString())) {
            raw.openMap("tributary").put("format", "3");
        }
        for (StorageConfig config : List.of(CONFIG, CONTINUE)) {
            assertThatThrownBy(() -> open(config))
                    .hasMessageContaining("the index has format 3, and this version reads 1 and 2")
                    .hasMessageContaining("start the version that wrote it");
        }
    }

    @Test
    void leftoverIsKeptForAWhileWithItsReason() throws IOException {
        Path leftover = Files.write(store.resolve("bodies/00000000000000ff.body"), new byte[10]);
        open(CONFIG).close().block(TIMEOUT);

        Path kept = store.resolve("quarantine/leftover-00000000000000ff.body");
        assertThat(leftover).doesNotExist();
        assertThat(kept).exists();
        assertThat(store.resolve("quarantine/reasons.log"))
                .content()
                .contains("leftover-00000000000000ff.body 10 bytes: no record of the index refers to it");

        Files.setLastModifiedTime(
                kept, FileTime.from(Instant.now().minus(Quarantine.MAX_AGE).minusSeconds(1)));
        open(CONFIG).close().block(TIMEOUT);
        assertThat(kept).doesNotExist();
        assertThat(bodies()).isEqualTo(bodies);
    }

    @Test
    void whatIsInTheQuarantineCountsAsOccupied() throws IOException {
        long before = allocated();
        int bytes = 1 << 20;
        Files.write(store.resolve("bodies/00000000000000ff.body"), new byte[bytes]);

        assertThat(allocated()).isGreaterThanOrEqualTo(before + bytes);

        Files.delete(store.resolve("quarantine/leftover-00000000000000ff.body"));
        assertThat(allocated()).isLessThan(before + bytes);
    }

    private long allocated() {
        FileContractStore opened = open(CONFIG);
        try {
            return opened.space().blockOptional(TIMEOUT).orElseThrow().allocated();
        } finally {
            opened.close().block(TIMEOUT);
        }
    }

    /** With the damaged index: either the start is refused, or each contract is there or its read fails. */
    private void check(byte[] damaged, String context) throws IOException {
        Files.write(index, damaged);
        Files.write(store.resolve("generation"), wholeGeneration);
        FileContractStore opened;
        try {
            opened = FileContractStore.open(store, CONFIG, JournalDisk.create()); // does not sync
        } catch (StorageException refused) {
            assertThat(refused).as(context).hasMessageContaining("cannot open the store");
            assertThat(index).as(context).hasBinaryContent(damaged);
            assertThat(bodies()).as(context).isEqualTo(bodies);
            return;
        }
        try {
            for (int contract = 0; contract < CONTRACTS; contract++) {
                Boolean isHeld = opened.read(stored(contract).contract().id())
                        .map(stored(contract)::equals)
                        .onErrorReturn(NodeException.class, true)
                        .block(TIMEOUT);
                assertThat(isHeld).as("%s: contract %d", context, contract).isTrue();
            }
        } finally {
            opened.close().block(TIMEOUT);
        }
        assertThat(bodies()).as(context).isEqualTo(bodies);
    }

    /** Puts the damaged index into the store as it was, with copies of the bodies. */
    private void reset(byte[] damaged) throws IOException {
        if (wholeBodies.isEmpty()) {
            for (String body : bodies) {
                wholeBodies.put(body, Files.readAllBytes(store.resolve("bodies").resolve(body)));
            }
        }
        for (String name : List.of("bodies", "quarantine")) {
            Path sub = store.resolve(name);
            if (Files.exists(sub)) {
                try (Stream<Path> files = Files.list(sub)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
            }
        }
        for (Map.Entry<String, byte[]> body : wholeBodies.entrySet()) {
            Files.write(store.resolve("bodies").resolve(body.getKey()), body.getValue());
        }
        Files.write(index, damaged);
        Files.write(store.resolve("generation"), wholeGeneration);
    }

    /** The names of the bodies in use, and of those in the quarantine. */
    private List<String> bodiesAnywhere() throws IOException {
        List<String> names = new ArrayList<>(bodies());
        if (Files.exists(store.resolve("quarantine"))) {
            try (Stream<Path> files = Files.list(store.resolve("quarantine"))) {
                files.map(file -> file.getFileName().toString().replaceFirst("^kept-|^leftover-", ""))
                        .forEach(names::add);
            }
        }
        return names;
    }

    private FileContractStore open(StorageConfig config) {
        return FileContractStore.open(store, config);
    }

    private @Nullable StoredContract read(FileContractStore from, int contract) {
        return from.read(stored(contract).contract().id()).block(TIMEOUT);
    }

    private List<String> bodies() {
        try (Stream<Path> files = Files.list(store.resolve("bodies"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static StoredContract stored(int contract) {
        return sample(contract, contract % 5 == 0 ? 5_000 : 700, contract);
    }
}
