package dev.tributary.app.storage;

import static dev.tributary.core.storage.SampleContracts.sample;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.storage.JournalDisk.Kind;
import dev.tributary.app.storage.JournalDisk.Operation;
import dev.tributary.core.storage.StoredContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Power cuts at any point of the store's work, with any loss of what was not synced, and disks that fail: what was
 * acknowledged is there afterwards. The system property {@code tributary.crash-states} sets the number of power cuts of each
 * mode, {@code tributary.seed} another course of events.
 */
@Timeout(600)
class PowerLossIntegrationTests {

    private static final int CONTRACTS = 12;
    private static final int SMALL = 300;
    private static final int LARGE = 5_000;
    private static final int STATES = Integer.getInteger("tributary.crash-states", 60);
    private static final long SEED = Long.getLong("tributary.seed", 7);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** A small limit, so that bodies are files that are cheap to write. */
    private static final StorageConfig CONFIG = StorageConfig.defaults().withInlineLimit(2_000);

    @TempDir
    private Path directory;

    private final JournalDisk disk = JournalDisk.create();
    private final Random random = new Random(SEED);

    /** The last seed that was begun, and the last one that was acknowledged, of each contract; negative: removed. */
    private final int[] begun = new int[CONTRACTS];

    private final int[] acknowledged = new int[CONTRACTS];

    @ParameterizedTest
    @EnumSource
    void acknowledgedChangesSurviveAPowerCut(CrashImage.Mode mode) throws IOException {
        record(directory, disk, 1, Math.max(120, STATES / 4));
        checkCrashes(disk.journal(), 0, directory, mode, STATES);
    }

    @Test
    void acknowledgedChangesSurviveASecondPowerCut() throws IOException {
        record(directory, disk, 1, 120);
        List<Operation> journal = disk.journal();
        for (int round = 0; round < Math.max(1, STATES / 20); round++) {
            Arrays.fill(begun, 0);
            Arrays.fill(acknowledged, 0);
            CrashImage image = new CrashImage();
            for (Operation operation : journal.subList(0, 1 + random.nextInt(journal.size()))) {
                note(operation);
                image.add(operation);
            }
            Path first = directory.resolve("first");
            clear(first);
            Files.createDirectories(first.resolve("store"));
            image.write(first, directory, CrashImage.Mode.REORDERED, random);
            JournalDisk second = JournalDisk.create();
            second.adopt(first);
            int adopted = second.journal().size();
            settle(first, second);
            record(first, second, 1_000, 40);
            checkCrashes(second.journal(), adopted, first, CrashImage.Mode.REORDERED, 20);
        }
    }

    /** Opens the store after the first power cut, and marks which of the possible states each contract has. */
    private void settle(Path root, JournalDisk opened) {
        FileContractStore store = FileContractStore.open(root.resolve("store"), CONFIG, opened);
        List<String> marks = new ArrayList<>();
        for (int contract = 0; contract < CONTRACTS; contract++) {
            StoredContract found = read(store, contract);
            assertHolds(contract, found, "first power cut");
            int seed = Math.max(Math.abs(begun[contract]), Math.abs(acknowledged[contract]));
            while (found != null
                    && seed > 0
                    && !found.state().equals(stored(contract, seed).state())) {
                seed--;
            }
            marks.add(contract + " " + (found == null ? 0 : seed));
        }
        store.close().block(TIMEOUT);
        for (String mark : marks) {
            opened.mark("begun " + mark);
            opened.mark("done " + mark);
        }
    }

    @ParameterizedTest
    @EnumSource
    void migrationOfTheFirstFormatSurvivesAPowerCut(CrashImage.Mode mode) throws IOException {
        record(directory, disk, 1, 60);
        disk.journal().forEach(this::note);
        FirstFormat.convert(directory.resolve("store"));
        JournalDisk second = JournalDisk.create();
        second.adopt(directory);
        int adopted = second.journal().size();
        settle(directory, second);
        checkCrashes(
                second.journal(), adopted, directory, mode, second.journal().size());
    }

    @Test
    void fullDiskAtAnyWriteLosesNothingThatWasAcknowledged() throws IOException {
        checkFaults(true);
    }

    @Test
    void failedSyncLosesNothingThatWasAcknowledgedAfterIt() throws IOException {
        checkFaults(false);
    }

    /** Runs changes on four strands, and notes in the journal when each begins and when it is acknowledged. */
    private void record(Path root, JournalDisk recording, int firstSeed, int commits) {
        for (int part = 0; part < 2; part++) {
            FileContractStore store = FileContractStore.open(root.resolve("store"), CONFIG, recording);
            Flux.range(firstSeed + part * commits / 2, commits / 2)
                    .flatMap(seed -> change(store, recording, seed), 4)
                    .blockLast(TIMEOUT.multipliedBy(10));
            store.close().block(TIMEOUT);
        }
    }

    private Mono<Void> change(FileContractStore store, JournalDisk recording, int seed) {
        return Mono.defer(() -> {
            int contract = seed % CONTRACTS;
            boolean removes = random.nextInt(12) == 0;
            String change = contract + " " + (removes ? -seed : seed);
            recording.mark("begun " + change);
            StoredContract stored = stored(contract, seed);
            return (removes ? store.remove(stored.contract().id()) : store.commit(stored))
                    .doOnSuccess(done -> recording.mark("done " + change));
        });
    }

    private void checkCrashes(List<Operation> journal, int from, Path root, CrashImage.Mode mode, int states)
            throws IOException {
        CrashImage image = new CrashImage();
        int step = Math.max(1, journal.size() / states);
        int next = from + random.nextInt(step);
        for (int at = 0; at < journal.size(); at++) {
            Operation operation = journal.get(at);
            note(operation);
            image.add(operation);
            if (at == next) {
                check(image, root, mode, "seed " + SEED + ", operation " + at);
                next += 1 + random.nextInt(2 * step - 1);
            }
        }
    }

    private void note(Operation operation) {
        if (operation.kind() != Kind.MARK) {
            return;
        }
        String[] words = operation.path().toString().split(" ", -1);
        int[] seeds = words[0].equals("begun") ? begun : acknowledged;
        seeds[Integer.parseInt(words[1])] = Integer.parseInt(words[2]);
    }

    private void check(CrashImage image, Path original, CrashImage.Mode mode, String context) throws IOException {
        Path root = directory.resolve("crashed");
        clear(root);
        Files.createDirectories(root.resolve("store"));
        image.write(root, original, mode, random);
        check(root.resolve("store"), context);
    }

    /** Opens the store with another disk, and compares; then once more, after a commit. */
    private void check(Path path, String context) {
        for (int opening = 0; opening < 2; opening++) {
            FileContractStore store;
            try {
                store = FileContractStore.open(path, CONFIG, JournalDisk.create());
            } catch (RuntimeException e) {
                throw new AssertionError(context + ": the store does not open", e);
            }
            try {
                for (int contract = 0; contract < CONTRACTS; contract++) {
                    assertHolds(contract, read(store, contract), context + ", opening " + opening);
                }
                store.commit(stored(CONTRACTS, 1)).block(TIMEOUT);
            } finally {
                store.close().block(TIMEOUT);
            }
        }
    }

    private void assertHolds(int contract, @Nullable StoredContract found, String context) {
        List<Integer> possible = new ArrayList<>(List.of(acknowledged[contract]));
        for (int seed = Math.abs(acknowledged[contract]) + 1; seed <= Math.abs(begun[contract]); seed++) {
            possible.add(seed);
            possible.add(-seed);
        }
        if (found == null) {
            assertThat(possible)
                    .as("%s: contract %d is gone", context, contract)
                    .anyMatch(seed -> seed <= 0);
        } else {
            assertThat(possible)
                    .as("%s: contract %d has another state", context, contract)
                    .anyMatch(seed -> seed > 0
                            && found.state().equals(stored(contract, seed).state()));
        }
    }

    /** Lets each write, or each sync, fail in turn, twice in a row; and cuts the power at the end. */
    private void checkFaults(boolean writes) throws IOException {
        int count = 1;
        int step = Math.max(1, 60 / STATES);
        for (int number = 0; number < count; number += step) {
            int first = number;
            clear(directory);
            JournalDisk faulty = JournalDisk.create();
            Arrays.fill(begun, 0);
            Arrays.fill(acknowledged, 0);
            FileContractStore store = FileContractStore.open(directory.resolve("store"), CONFIG, faulty);
            faulty.fail(
                    write -> writes && (write == first || write == first + 1),
                    sync -> !writes && (sync == first || sync == first + 1));
            for (int seed = 1; seed <= 20; seed++) {
                int contract = seed % 5;
                begun[contract] = seed;
                boolean done = store.commit(stored(contract, seed))
                        .thenReturn(true)
                        .onErrorReturn(false)
                        .blockOptional(TIMEOUT)
                        .orElse(false);
                acknowledged[contract] = done ? seed : acknowledged[contract];
                String context = "fault at " + first + ", change " + seed;
                assertHolds(contract, read(store, contract), context);
            }
            count = writes ? faulty.writes() : faulty.syncs();
            faulty.fail(write -> false, sync -> false);
            store.commit(stored(6, 30)).block(TIMEOUT);
            begun[6] = 30;
            acknowledged[6] = 30;
            CrashImage image = new CrashImage();
            faulty.journal().forEach(image::add);
            check(image, directory, CrashImage.Mode.NOTHING, "power cut after a fault at " + first);
            JournalDisk.create();
            store.close().onErrorComplete().block(TIMEOUT);
        }
        assertThat(count).isGreaterThan(20);
    }

    private static @Nullable StoredContract read(FileContractStore store, int contract) {
        return store.read(stored(contract, 1).contract().id()).block(TIMEOUT);
    }

    private static StoredContract stored(int contract, int seed) {
        return sample(contract, seed % 4 == 0 ? LARGE : SMALL, seed);
    }

    private static void clear(Path root) throws IOException {
        if (Files.exists(root)) {
            try (Stream<Path> files = Files.walk(root)) {
                files.sorted(Comparator.reverseOrder())
                        .filter(file -> !file.equals(root))
                        .forEach(PowerLossIntegrationTests::delete);
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
