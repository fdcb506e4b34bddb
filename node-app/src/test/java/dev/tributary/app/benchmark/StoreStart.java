package dev.tributary.app.benchmark;

import dev.tributary.app.storage.Durability;
import dev.tributary.app.storage.FileContractStore;
import dev.tributary.app.storage.StorageConfig;
import dev.tributary.core.storage.SampleContracts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import reactor.core.publisher.Flux;

/**
 * Time that a start needs for a store of many small contracts: to open it, and to list what it holds, each time in a new
 * process. Arguments: directory, number of contracts, number of starts. The store is created if it is missing.
 */
public final class StoreStart {

    private static final int STATE_BYTES = 1 << 10;
    private static final String ONE = "one";

    private StoreStart() {}

    /** Prints a line for each start, and the median. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Path.of(arguments[0]);
        if (arguments.length > 2 && arguments[2].equals(ONE)) {
            start(directory);
            return;
        }
        int contracts = Integer.parseInt(arguments[1]);
        int starts = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        if (Files.notExists(directory)) {
            fill(directory, contracts);
        }
        double[] millis = new double[starts];
        for (int i = 0; i < starts; i++) {
            millis[i] = startInNewProcess(directory, contracts);
        }
        Arrays.sort(millis);
        System.out.printf(Locale.ROOT, "median ms %.0f of %d starts%n", millis[starts / 2], starts);
    }

    private static void fill(Path directory, int contracts) throws IOException {
        Files.createDirectories(directory.toAbsolutePath().getParent());
        FileContractStore store =
                FileContractStore.open(directory, StorageConfig.defaults().withDurability(Durability.BUFFERED));
        Flux.range(0, contracts)
                .flatMap(i -> store.commit(SampleContracts.sample(i, STATE_BYTES, i)), 1_000)
                .blockLast();
        store.close().block();
    }

    private static double startInNewProcess(Path directory, int contracts) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreStart.class.getName(),
                        directory.toString(),
                        Integer.toString(contracts),
                        ONE)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String[] lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n", -1);
        process.waitFor();
        String last = Arrays.stream(lines)
                .filter(line -> line.startsWith("open ms "))
                .findFirst()
                .orElseThrow();
        System.out.println(last);
        return Double.parseDouble(last.substring(last.lastIndexOf(' ') + 1));
    }

    private static void start(Path directory) {
        long cpu = cpuMillis();
        long start = System.nanoTime();
        FileContractStore store = FileContractStore.open(directory, StorageConfig.defaults());
        long opened = System.nanoTime();
        Long listed = store.entries().count().block();
        Long damaged = store.damaged().count().block();
        long end = System.nanoTime();
        System.out.printf(
                Locale.ROOT,
                "open ms %.0f list ms %.0f contracts %d damaged %d cpu ms %d total ms %.0f%n",
                (opened - start) / 1e6,
                (end - opened) / 1e6,
                listed,
                damaged,
                cpuMillis() - cpu,
                (end - start) / 1e6);
        store.close().block();
    }

    private static long cpuMillis() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toMillis)
                .orElse(0L);
    }
}
