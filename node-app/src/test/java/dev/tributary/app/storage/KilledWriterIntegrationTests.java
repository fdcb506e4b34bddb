package dev.tributary.app.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.storage.StoredContract;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that writes to a store, and checks the store afterwards. */
class KilledWriterIntegrationTests {

    private static final int ROUNDS = 6;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    /** Seeds of the changes that each contract may hold after the kill; 0 means that it may be absent. */
    private final Map<Integer, Set<Integer>> possible = new HashMap<>();

    private int acknowledged;

    @Test
    @Timeout(240)
    void acknowledgedChangesSurviveAKillAndNoChangeIsPartial() throws Exception {
        long seed = Long.getLong("tributary.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            writeAndKill(random.nextLong(), 300 + random.nextInt(1_200));
            checkStore("seed " + seed + ", round " + round);
        }
        System.out.println("killed writers: seed=" + seed + " rounds=" + ROUNDS + " acknowledged=" + acknowledged);
        assertThat(acknowledged).isGreaterThan(ROUNDS);
    }

    private void writeAndKill(long seed, int lines) throws IOException, InterruptedException {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RandomWriter.class.getName(),
                        directory.resolve("store").toString(),
                        Long.toString(seed))
                .redirectError(directory.resolve("stderr").toFile())
                .start();
        try (BufferedReader out = writer.inputReader()) {
            for (int read = 0; read < lines; read++) {
                recordLine(readLine(out));
            }
            writer.toHandle().destroyForcibly(); // Process.destroyForcibly() would also close its output
            // Lines written before the kill count as well; the last line may be truncated.
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                recordLine(line);
            }
        } finally {
            writer.destroyForcibly();
            assertThat(writer.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    private String readLine(BufferedReader out) throws IOException {
        String line = out.readLine();
        assertThat(line)
                .as("the writer ended: %s", Files.readString(directory.resolve("stderr")))
                .isNotNull();
        return line;
    }

    private void recordLine(String line) {
        String[] words = line.split(" ", -1);
        if (!line.matches("(begun|done) \\d+ \\d+ \\.")) {
            return;
        }
        int contract = Integer.parseInt(words[1]);
        int seed = Integer.parseInt(words[2]);
        if (words[0].equals("done")) {
            acknowledged++;
            possible.put(contract, new TreeSet<>(Set.of(seed)));
        } else {
            possible.computeIfAbsent(contract, none -> new TreeSet<>(Set.of(0))).add(seed);
        }
    }

    private void checkStore(String context) throws IOException {
        FileContractStore store = FileContractStore.open(directory.resolve("store"), StorageConfig.defaults());
        long contracts = 0;
        long bytes = 0;
        for (int contract = 0; contract < RandomWriter.CONTRACTS; contract++) {
            StoredContract found =
                    store.read(RandomWriter.change(contract, 1).contract().id()).block(TIMEOUT);
            Set<Integer> seeds = possible.getOrDefault(contract, Set.of(0));
            int heldSeed = seeds.stream()
                    .filter(seed -> found == null ? isAbsentAfter(seed) : isWhole(found, seed))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(context + ": " + found + " is none of " + seeds));
            possible.replace(contract, new TreeSet<>(Set.of(heldSeed)));
            contracts += found == null ? 0 : 1;
            bytes += found == null ? 0 : found.state().size();
        }
        assertThat(store.usage().contracts()).as(context).isEqualTo(contracts);
        assertThat(store.usage().stateBytes()).as(context).isEqualTo(bytes);
        assertThat(store.keys().count().block(TIMEOUT)).as(context).isEqualTo(contracts);
        store.close().block(TIMEOUT);
        assertThat(blobs()).as(context).hasSizeLessThanOrEqualTo((int) contracts + 1);
    }

    private static boolean isAbsentAfter(int seed) {
        return seed == 0 || RandomWriter.removes(seed);
    }

    private static boolean isWhole(StoredContract found, int seed) {
        if (isAbsentAfter(seed)) {
            return false;
        }
        StoredContract change = RandomWriter.change(0, seed);
        return found.state().equals(change.state()) && found.changed().equals(change.changed());
    }

    private List<Path> blobs() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("store/bodies"))) {
            return files.toList();
        }
    }
}
