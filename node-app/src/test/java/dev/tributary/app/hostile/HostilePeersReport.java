package dev.tributary.app.hostile;

import dev.tributary.app.demo.ChildProgram;
import dev.tributary.app.demo.NodeChild;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.client.remote.NodeClientConfig;
import dev.tributary.transport.identity.NodeIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/**
 * Attacks a node in a process of its own, at two sizes of its heap, and prints for each case: how the attacker's links
 * ended, the largest heap in use, the longest time in which an honest peer linked, and the 99th percentile of an honest
 * client's GETs and UPDATEs before and during the attack. Attackers and node share the processors. Arguments: seconds for each case
 * (20), then a word that selects cases by name.
 */
public final class HostilePeersReport {

    private static final List<String> HEAPS = List.of("200m", "512m");
    private static final int PORT = 17_475;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int LARGE_STATE = 10 << 20;
    private static final Contract NOTE = HostileCase.NOTE;
    private static final Pattern HEAP = Pattern.compile("jvm_memory_used_bytes\\{area=\"heap\".*\\} ([0-9.E]+)");

    private final int seconds;
    private final String word;

    private HostilePeersReport(int seconds, String word) {
        this.seconds = seconds;
        this.word = word;
    }

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
        new HostilePeersReport(seconds, arguments.length > 1 ? arguments[1] : "").run();
        System.exit(0);
    }

    private void run() throws Exception {
        System.out.println("| case | heap | attacker's links | heap in use | honest link | GET p99 before / during"
                + " | UPDATE p99 before / during |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (HostileCase each : HostileCase.values()) {
            if (each.name().toLowerCase(Locale.ROOT).contains(word)) {
                for (String heap : HEAPS) {
                    System.out.println(row(each, heap));
                }
            }
        }
    }

    private String row(HostileCase each, String heap) throws Exception {
        Path directory = Files.createTempDirectory("hostile-peers");
        NodeChild node = NodeChild.start(
                ChildProgram.ofThisProcess(),
                directory.resolve("node"),
                "127.0.0.1:" + PORT,
                List.of(),
                heap,
                List.of("--identity-difficulty", "0", "--client-port", Integer.toString(PORT + 1)));
        try {
            node.readReply();
            return attack(each, heap);
        } finally {
            node.kill();
        }
    }

    private String attack(HostileCase each, String heap) throws Exception {
        NodeClient client = NodeClient.open(NodeClientConfig.parse("ws://127.0.0.1:" + (PORT + 1)));
        client.put(NOTE, LastWriterWins.state(1, new byte[1000])).block(TIMEOUT);
        client.put(HostileCase.LARGE, LastWriterWins.state(1, new byte[LARGE_STATE]))
                .block(TIMEOUT);
        measure(client, Duration.ofSeconds(5));
        Measured before = measure(client, Duration.ofSeconds(5));
        try (Attack attack = new Attack(PORT)) {
            Thread attacker = new Thread(() -> run(each, attack), "attacker");
            attacker.setDaemon(true);
            attacker.start();
            Measured during = measure(client, Duration.ofSeconds(seconds));
            attack.stop();
            return String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %d MiB | %s | %.1f / %.1f ms | %.1f / %.1f ms |",
                    each.description(),
                    heap,
                    attack.outcome(),
                    during.heapMib,
                    during.link,
                    p99(before.gets),
                    p99(during.gets),
                    p99(before.updates),
                    p99(during.updates));
        } finally {
            client.close().block(TIMEOUT);
        }
    }

    private static void run(HostileCase each, Attack attack) {
        try {
            each.attack(attack);
        } catch (IOException | GeneralSecurityException end) {
            // The outcome of the links tells how the attack ended.
        }
    }

    private static double p99(Histogram times) {
        return times.getValueAtPercentile(99) / 1e6;
    }

    private record Measured(Histogram gets, Histogram updates, long heapMib, String link) {}

    /**
     * Sends GETs one after the other, and an UPDATE after every tenth; every second it reads the heap and opens an honest
     * link.
     */
    private static Measured measure(NodeClient client, Duration time) {
        Histogram gets = new Histogram(3);
        Histogram updates = new Histogram(3);
        long heap = 0;
        long longestLink = 0;
        int failed = 0;
        long end = System.nanoTime() + time.toNanos();
        long nextSecond = System.nanoTime();
        while (System.nanoTime() < end) {
            long start = System.nanoTime();
            client.get(NOTE.id()).block(TIMEOUT);
            gets.recordValue(System.nanoTime() - start);
            if (gets.getTotalCount() % 10 == 0) {
                start = System.nanoTime();
                State next = LastWriterWins.state(start, new byte[1000]);
                client.update(NOTE.id(), new StateChange.Full(next)).block(TIMEOUT);
                updates.recordValue(System.nanoTime() - start);
            }
            if (System.nanoTime() > nextSecond) {
                nextSecond = System.nanoTime() + Duration.ofSeconds(1).toNanos();
                heap = Math.max(heap, heapOf(client));
                long began = System.nanoTime();
                boolean linked = links();
                longestLink = Math.max(longestLink, System.nanoTime() - began);
                failed += linked ? 0 : 1;
            }
        }
        String link = longestLink / 1_000_000 + " ms" + (failed > 0 ? ", " + failed + " refused" : "");
        return new Measured(gets, updates, heap >> 20, link);
    }

    private static boolean links() {
        try (HostilePeer honest = HostilePeer.link(PORT, NodeIdentity.generate(new SecureRandom()))) {
            return honest.isOpen();
        } catch (IOException | GeneralSecurityException refused) {
            return false;
        }
    }

    private static long heapOf(NodeClient client) {
        String metrics = client.fetchPage("/metrics").blockOptional(TIMEOUT).orElse("");
        Matcher used = HEAP.matcher(metrics);
        double sum = 0;
        while (used.find()) {
            sum += Double.parseDouble(used.group(1));
        }
        return (long) sum;
    }
}
