package dev.tributary.app.hostile;

import dev.tributary.transport.client.remote.NodeClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a node's process uses.
 *
 * @param heapMib heap in use after a full collection
 * @param residentMib resident memory
 * @param directMib direct memory of the JVM's buffers
 * @param descriptors number of open files
 * @param logLines number of lines of its log
 * @param hosted number of contracts that the node hosts
 * @param countedBytes bytes that the uses of its memory plan count, as its status says: what is in transit, guests, writes
 */
record ProcessFigures(
        double heapMib,
        long residentMib,
        double directMib,
        long descriptors,
        long logLines,
        long hosted,
        long countedBytes) {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Pattern HEAP = Pattern.compile("jvm_memory_used_bytes\\{area=\"heap\".*\\} ([0-9.E]+)");
    private static final Pattern DIRECT =
            Pattern.compile("jvm_buffer_memory_used_bytes\\{id=\"direct\".*\\} ([0-9.E]+)");
    private static final Pattern USED = Pattern.compile("\"used\":([0-9]+),\"limit\":[0-9]+,\"inTransit\"");
    private static final Pattern HOSTED = Pattern.compile("\"hosting\":\\{\"contracts\":([0-9]+)");
    private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    private static final double MIB = 1 << 20;

    /** Collects the garbage of the process and measures it. On Linux. */
    static ProcessFigures of(long pid, NodeClient client, Path log) throws IOException, InterruptedException {
        collect(pid);
        String status = client.fetchPage("/status").blockOptional(TIMEOUT).orElse("");
        String metrics = client.fetchPage("/metrics").blockOptional(TIMEOUT).orElse("");
        return new ProcessFigures(
                sum(HEAP, metrics) / MIB,
                residentKib(pid) / 1024,
                sum(DIRECT, metrics) / MIB,
                count(Path.of("/proc/" + pid + "/fd")),
                lines(log),
                (long) sum(HOSTED, status),
                (long) sum(USED, status));
    }

    /** Writes the classes that fill the heap into a file. */
    static void writeClasses(long pid, Path file) throws IOException, InterruptedException {
        new ProcessBuilder(JCMD.toString(), Long.toString(pid), "GC.class_histogram")
                .redirectOutput(file.toFile())
                .start()
                .waitFor(60, TimeUnit.SECONDS);
    }

    /** Bytes by class, from a file of {@link #writeClasses}. */
    static Map<String, Long> classes(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> line.trim().split("\\s+"))
                    .filter(row -> row.length >= 4 && row[0].endsWith(":"))
                    .collect(Collectors.toMap(row -> row[3], row -> Long.parseLong(row[2]), Long::sum));
        }
    }

    static long lines(Path log) throws IOException {
        try (Stream<String> all = Files.lines(log)) {
            return all.count();
        }
    }

    private static void collect(long pid) throws IOException, InterruptedException {
        for (int i = 0; i < 2; i++) {
            new ProcessBuilder(JCMD.toString(), Long.toString(pid), "GC.run")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(60, TimeUnit.SECONDS);
        }
    }

    private static long residentKib(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum();
        }
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.count();
        }
    }

    private static double sum(Pattern pattern, String text) {
        Matcher used = pattern.matcher(text);
        double sum = 0;
        while (used.find()) {
            sum += Double.parseDouble(used.group(1));
        }
        return sum;
    }
}
