package dev.tributary.app.cli;

import dev.tributary.app.contract.StandardContract;
import dev.tributary.core.Node;
import dev.tributary.core.NodeStatus;
import dev.tributary.core.contract.ContractUsage;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.contract.RuntimeUsage;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.contract.wasm.CodeContainer;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.loop.LoopSnapshot;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The console of a running node: one command per line, answered by one line {@code word key=value ...}. {@code put}
 * publishes a file as a register whose version is the current time, so that the latest put wins. Words with spaces are
 * quoted.
 */
final class Console {

    private static final List<String> HELP = List.of(
            "put NAME FILE    publish a file as the register of this name",
            "publish CODE PARAMETERS STATE",
            "                 publish a state; all are files, CODE may be document, log, counter, blob or website",
            "get KEY [FILE]   find a contract, and write its content to the file",
            "status           print the node's status",
            "neighbours       list the neighbours: location, direction, peer id and address of each",
            "stop             stop the node");

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|\\S+");

    private final Node node;
    private final PrintWriter out;

    Console(Node node, PrintWriter out) {
        this.node = node;
        this.out = out;
    }

    /** Executes commands until {@code stop} or the end of the input. Blocks. */
    void run(InputStream commands) {
        BufferedReader lines = new BufferedReader(new InputStreamReader(commands, StandardCharsets.UTF_8));
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = words(line);
                if (words[0].equals("stop")) {
                    return;
                }
                execute(words);
                out.flush();
            }
        } catch (IOException failure) {
            out.println("failed console: " + failure.getMessage());
        }
    }

    private void execute(String[] words) {
        try {
            switch (words[0]) {
                case "put" -> put(word(words, 1, "put NAME FILE"), Path.of(word(words, 2, "put NAME FILE")));
                case "publish" -> publish(words);
                case "get" -> get(word(words, 1, "get KEY [FILE]"), words.length > 2 ? Path.of(words[2]) : null);
                case "status" -> status();
                case "neighbours" -> neighbours();
                case "help", "" -> HELP.forEach(out::println);
                default -> out.printf("failed unknown command=%s, try: help%n", words[0]);
            }
        } catch (NoSuchFileException missing) {
            out.printf("failed file=%s does not exist%n", missing.getFile());
        } catch (NodeException | IllegalArgumentException | IOException failure) {
            out.printf("failed %s: %s%n", failure.getClass().getSimpleName(), failure.getMessage());
        }
    }

    private static String[] words(String line) {
        String[] words = WORD.matcher(line)
                .results()
                .map(word -> word.group(1) == null ? word.group() : word.group(1))
                .toArray(String[]::new);
        return words.length == 0 ? new String[] {""} : words;
    }

    private static String word(String[] words, int number, String usage) {
        if (words.length <= number) {
            throw new IllegalArgumentException("usage: " + usage);
        }
        return words[number];
    }

    private void put(String name, Path file) throws IOException {
        put(LastWriterWins.named(name), LastWriterWins.state(System.currentTimeMillis(), Files.readAllBytes(file)));
    }

    private void publish(String[] words) throws IOException {
        String usage = "publish CODE PARAMETERS STATE";
        ContractCode code = code(word(words, 1, usage));
        Parameters parameters = new Parameters(read(word(words, 2, usage)));
        put(Contract.of(code, parameters), new State(read(word(words, 3, usage))));
    }

    private static ContractCode code(String name) throws IOException {
        return Files.exists(Path.of(name))
                ? CodeContainer.unpack(read(name))
                : StandardContract.named(name).code();
    }

    private static Bytes read(String file) throws IOException {
        return Bytes.wrap(Files.readAllBytes(Path.of(file)));
    }

    private void put(Contract contract, State state) {
        long start = System.nanoTime();
        PutReceipt receipt = node.put(contract, state).block();
        if (receipt != null) {
            out.printf(
                    "stored key=%s reach=%s hops=%d copies=%d tx=%s ms=%.1f%n",
                    contract.key(),
                    receipt.reach(),
                    receipt.hops(),
                    receipt.copies(),
                    receipt.tx(),
                    millisSince(start));
        }
    }

    private void get(String key, @Nullable Path file) throws IOException {
        ContractInstanceId id = ContractInstanceId.parse(key);
        long start = System.nanoTime();
        GetResult result = node.get(id).block();
        if (result instanceof GetResult.Found found) {
            double millis = millisSince(start);
            byte[] content = content(found);
            if (file != null) {
                Files.write(file, content);
            }
            out.printf(
                    "found key=%s bytes=%d hops=%d confirmed=%s ms=%.1f%n",
                    key, content.length, found.hops(), found.fresh(), millis);
        } else {
            out.printf("not-found key=%s ms=%.1f%n", key, millisSince(start));
        }
    }

    /** The content of a register or a document; the whole state of any other contract. */
    private static byte[] content(GetResult.Found found) {
        ContractCode code = found.contract().code();
        if (code.equals(LastWriterWins.CONTRACT.code())) {
            return LastWriterWins.content(found.value());
        }
        return (code.equals(SignedDocument.code())
                        ? SignedDocument.content(found.value())
                        : found.value().bytes())
                .toArray();
    }

    private void status() {
        NodeStatus status = node.status();
        LoopSnapshot loop = status.loop();
        out.printf(
                Locale.ROOT,
                "status peer=%s listen=%s location=%.6f ring=%s neighbours=%d inbound=%d outbound=%d transient-links=%d transient-via=%d reserved-slots=%d contracts=%d bytes=%d loop=%s events=%d longest-handler-us=%d idle=%s",
                status.self(),
                status.address(),
                status.location().value(),
                status.membership().joinState(),
                status.neighbours().size(),
                status.neighbours(PeerLink.Direction.INBOUND),
                status.neighbours(PeerLink.Direction.OUTBOUND),
                status.membership().transientLinks(),
                status.membership().transientVia().size(),
                status.membership().reservedSlots(),
                status.contracts().store().contracts(),
                status.contracts().store().stateBytes(),
                loop.state(),
                loop.handled(),
                loop.longestHandler().toNanos() / 1000,
                status.tables().isIdle());
        ContractUsage usage = status.contracts().calls();
        out.printf(
                " calls=%d calls-failed=%d calls-refused=%d calls-queued=%d calls-ms=%.1f longest-call-ms=%.1f",
                usage.finished(),
                usage.failed(),
                usage.queue().refused(),
                usage.queue().queued(),
                usage.time().toNanos() / 1e6,
                usage.longest().toNanos() / 1e6);
        RuntimeUsage runtimes = usage.runtimes();
        out.printf(
                " modules=%d code-bytes=%d memory-bytes=%d memory-peak-bytes=%d%n",
                runtimes.modules(), runtimes.codeBytes(), runtimes.memoryBytes(), runtimes.memoryPeakBytes());
    }

    private void neighbours() {
        List<NodeStatus.Neighbour> neighbours = node.status().neighbours();
        out.printf("neighbours count=%d", neighbours.size());
        for (NodeStatus.Neighbour each : neighbours) {
            out.printf(
                    Locale.ROOT,
                    " %.6f=%s:%s@%s",
                    each.location().value(),
                    each.direction(),
                    each.peer(),
                    each.address());
        }
        out.println();
    }

    private static double millisSince(long start) {
        return (System.nanoTime() - start) / 1e6;
    }
}
