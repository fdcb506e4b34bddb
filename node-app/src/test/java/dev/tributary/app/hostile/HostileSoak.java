package dev.tributary.app.hostile;

import dev.tributary.app.demo.ChildProgram;
import dev.tributary.app.demo.NodeChild;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.limit.MemoryPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Attackers of every kind at once against one node in a network of five processes, while a client works at each node. It
 * prints what the clients noticed, which acknowledged writes are lost, and what the attacked process uses before and
 * after. The exit code is 1 if a write is lost, the process ended, its heap after a collection is more than a
 * tenth larger than before, besides what it has for contracts that it hosts more, or its log has a line a second. Arguments: minutes of the attack (20), and the attackers' share of a
 * processor (0.5).
 */
public final class HostileSoak {

    private static final int NODES = 5;
    private static final int PORT = 17_600;
    private static final int CLIENT_PORT = 17_700;
    private static final String HEAP = "512m";
    private static final int LARGE_STATE = 8 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration WARM_UP = Duration.ofSeconds(30);
    private static final Duration FIRST_ATTACK = Duration.ofSeconds(90);
    private static final Duration BEFORE = Duration.ofSeconds(60);

    /** Time until the limits of the node have ended what attackers left behind. */
    private static final Duration RECOVERY = Duration.ofSeconds(90);

    private static final double TOLERANCE = 1.1;

    /** Heap of a hosted contract in bytes: what the attackers put stays hosted, which is no leak. */
    private static final int HOSTED_BYTES = 1536;

    /** Number of classes that are printed, by what they have more after the attack. */
    private static final int CLASSES = 8;

    private final Path directory;
    private final Duration attack;
    private final String share;
    private final List<NodeChild> nodes = new ArrayList<>();
    private final List<WorkingClient> clients = new ArrayList<>();

    private HostileSoak(Path directory, Duration attack, String share) {
        this.directory = directory;
        this.attack = attack;
        this.share = share;
    }

    public static void main(String[] arguments) throws Exception {
        double minutes = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 20;
        HostileSoak soak = new HostileSoak(
                Files.createTempDirectory("hostile-soak"),
                Duration.ofSeconds((long) (60 * minutes)),
                arguments.length > 1 ? arguments[1] : "0.5");
        boolean passed = false;
        try {
            passed = soak.run();
        } finally {
            for (NodeChild node : soak.nodes) {
                node.kill();
            }
        }
        System.exit(passed ? 0 : 1);
    }

    private boolean run() throws Exception {
        start();
        work(WARM_UP);
        ProcessFigures cold = figures();
        System.out.println(
                "before any attack: heap " + mib(cold.heapMib()) + ", resident " + cold.residentMib() + " MiB");
        // Caches are full and the heap has grown when the figures before are taken, so that what is left later is a
        // leak.
        Process first = attackers();
        work(FIRST_ATTACK);
        end(first);
        work(RECOVERY);
        clients.forEach(WorkingClient::startPhase);
        work(BEFORE);
        ProcessFigures before = figures();
        ProcessFigures.writeClasses(nodes.get(0).pid(), directory.resolve("classes-before.txt"));
        String beforeOthers = clientsLine(1, NODES);
        String beforeAttacked = clientsLine(0, 1);

        clients.forEach(WorkingClient::startPhase);
        Process attackers = attackers();
        work(attack);
        ProcessFigures during = figures();
        String duringOthers = clientsLine(1, NODES);
        String duringAttacked = clientsLine(0, 1);
        Map<String, Integer> failures = new TreeMap<>();
        for (WorkingClient client : clients) {
            client.failures().forEach((reason, count) -> failures.merge(reason, count, Integer::sum));
        }
        System.out.println("attackers: " + end(attackers));
        clients.forEach(WorkingClient::startPhase);
        work(RECOVERY);
        ProcessFigures after = figures();
        ProcessFigures.writeClasses(nodes.get(0).pid(), directory.resolve("classes-after.txt"));
        System.out.println("| | before | under attack | after |");
        System.out.println("|---|---|---|---|");
        row("clients of the other four nodes", beforeOthers, duringOthers, clientsLine(1, NODES));
        row("client of the attacked node", beforeAttacked, duringAttacked, clientsLine(0, 1));
        row("heap after a collection", mib(before.heapMib()), mib(during.heapMib()), mib(after.heapMib()));
        row("direct memory", mib(before.directMib()), mib(during.directMib()), mib(after.directMib()));
        row(
                "resident memory",
                before.residentMib() + " MiB",
                during.residentMib() + " MiB",
                after.residentMib() + " MiB");
        row(
                "counted by the memory plan",
                MemoryPlan.size(before.countedBytes()),
                MemoryPlan.size(during.countedBytes()),
                MemoryPlan.size(after.countedBytes()));
        row(
                "descriptors",
                Long.toString(before.descriptors()),
                Long.toString(during.descriptors()),
                Long.toString(after.descriptors()));
        row(
                "hosted contracts",
                Long.toString(before.hosted()),
                Long.toString(during.hosted()),
                Long.toString(after.hosted()));
        double lines = (during.logLines() - before.logLines()) / (double) attack.toSeconds();
        row("log lines a second", "", String.format(Locale.ROOT, "%.2f", lines), "");
        double hostedMib = Math.max(0, after.hosted() - before.hosted()) * HOSTED_BYTES / (double) (1 << 20);
        System.out.println("heap of contracts hosted more, estimated: " + mib(hostedMib) + "; before any attack "
                + mib(cold.heapMib()) + " with " + cold.hosted() + " contracts");
        printClasses();
        System.out.println("failures under attack: " + failures);
        int lost = lost();
        boolean isAlive = ProcessHandle.of(nodes.get(0).pid()).isPresent();
        System.out.println("attacked process runs: " + isAlive + ", acknowledged writes lost: " + lost);
        System.out.println("directory: " + directory);
        return isAlive && lost == 0 && lines < 1 && after.heapMib() <= TOLERANCE * before.heapMib() + hostedMib;
    }

    /** What has more instances or larger ones after the attack, by class. */
    private void printClasses() throws IOException {
        Map<String, Long> before = ProcessFigures.classes(directory.resolve("classes-before.txt"));
        Map<String, Long> more = new TreeMap<>();
        ProcessFigures.classes(directory.resolve("classes-after.txt"))
                .forEach((name, bytes) -> more.put(name, bytes - before.getOrDefault(name, 0L)));
        System.out.println("more after than before, in KiB: "
                + more.entrySet().stream()
                        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                        .limit(CLASSES)
                        .map(each -> each.getKey() + " " + each.getValue() / 1024)
                        .toList());
    }

    private void start() throws IOException, InterruptedException {
        for (int i = 0; i < NODES; i++) {
            // The attacked node is the first one; the second is the gateway of the others.
            List<String> gateways = i == 1 ? List.of() : List.of("127.0.0.1:" + (PORT + 1));
            nodes.add(NodeChild.start(
                    ChildProgram.ofThisProcess(),
                    directory.resolve("node-" + i),
                    "127.0.0.1:" + (PORT + i),
                    gateways,
                    HEAP,
                    List.of(
                            "--identity-difficulty",
                            "0",
                            "--hosting-bytes",
                            "1GiB",
                            "--client-port",
                            Integer.toString(CLIENT_PORT + i))));
        }
        for (NodeChild node : nodes) {
            node.readReply();
        }
        for (int i = 0; i < NODES; i++) {
            clients.add(new WorkingClient("client-" + i, CLIENT_PORT + i));
        }
        LockSupport.parkNanos(Duration.ofSeconds(10).toNanos());
        clients.get(0)
                .node()
                .put(HostileCase.LARGE, LastWriterWins.state(1, new byte[LARGE_STATE]))
                .block(TIMEOUT);
    }

    private void work(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (WorkingClient client : clients) {
            Thread thread = new Thread(() -> client.workUntil(end), "working-client");
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private Process attackers() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx768m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostileSoakAttackers.class.getName(),
                        Integer.toString(PORT),
                        Integer.toString(CLIENT_PORT),
                        share)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("attackers.log").toFile()))
                .start();
    }

    /** Ends the attackers; returns what they did. */
    private static String end(Process attackers) throws IOException, InterruptedException {
        attackers.getOutputStream().close();
        try (BufferedReader output = attackers.inputReader(StandardCharsets.UTF_8)) {
            output.readLine();
            return String.valueOf(output.readLine());
        } finally {
            attackers.destroyForcibly().waitFor();
        }
    }

    private ProcessFigures figures() throws IOException, InterruptedException {
        return ProcessFigures.of(nodes.get(0).pid(), clients.get(0).node(), directory.resolve("node-0.log"));
    }

    /** Operations done and failed, and the times of those that succeeded. */
    private String clientsLine(int from, int to) {
        Histogram times = new Histogram(3);
        Histogram gets = new Histogram(3);
        int done = 0;
        int failed = 0;
        for (WorkingClient client : clients.subList(from, to)) {
            times.add(client.times());
            gets.add(client.getTimes());
            done += client.done();
            failed += client.failures().values().stream().mapToInt(each -> each).sum();
        }
        return String.format(
                Locale.ROOT,
                "%d done, %d failed; all %.1f / %.1f ms, GET %.1f / %.1f ms",
                done,
                failed,
                times.getValueAtPercentile(50) / 1e6,
                times.getValueAtPercentile(99) / 1e6,
                gets.getValueAtPercentile(50) / 1e6,
                gets.getValueAtPercentile(99) / 1e6);
    }

    /** Reads all that was acknowledged back at every node. */
    private int lost() {
        int lost = 0;
        int read = 0;
        for (WorkingClient writer : clients) {
            for (WorkingClient reader : clients) {
                lost += writer.lostAt(reader.node());
                read += writer.acknowledged();
            }
        }
        System.out.println("acknowledged writes read back: " + read);
        return lost;
    }

    private static String mib(double value) {
        return String.format(Locale.ROOT, "%.1f MiB", value);
    }

    private static void row(String what, String before, String during, String after) {
        System.out.println("| " + what + " | " + before + " | " + during + " | " + after + " |");
    }
}
