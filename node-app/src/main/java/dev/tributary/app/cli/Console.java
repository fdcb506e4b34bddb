package dev.tributary.app.cli;

import dev.tributary.core.Node;
import dev.tributary.core.NodeStatus;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.loop.LoopSnapshot;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.PutReceipt;
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
import org.jspecify.annotations.Nullable;

/**
 * A running node's console: one command a line, one line of answer, as {@code word key=value ...}, for people and scripts
 * alike. A file is put as a register of that name; its version is the time, so that the latest one wins.
 */
final class Console {

    private static final List<String> HELP = List.of(
            "put NAME FILE    publish a file as the register of this name",
            "get KEY [FILE]   find a contract, and write its content to the file",
            "status           the node at a glance",
            "neighbours       who they are: location, who dialled, peer id and address of each",
            "stop             stop the node");

    private final Node node;
    private final PrintWriter out;

    Console(Node node, PrintWriter out) {
        this.node = node;
        this.out = out;
    }

    /** Carries out commands until one says stop, or there are no more. */
    void serve(InputStream commands) {
        BufferedReader lines = new BufferedReader(new InputStreamReader(commands, StandardCharsets.UTF_8));
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.strip().split("\\s+", 3);
                if (words[0].equals("stop")) {
                    return;
                }
                carryOut(words);
                out.flush();
            }
        } catch (IOException gone) {
            out.println("failed console: " + gone.getMessage());
        }
    }

    private void carryOut(String[] words) {
        try {
            switch (words[0]) {
                case "put" -> put(word(words, 1, "put NAME FILE"), Path.of(word(words, 2, "put NAME FILE")));
                case "get" -> get(word(words, 1, "get KEY [FILE]"), words.length > 2 ? Path.of(words[2]) : null);
                case "status" -> status();
                case "neighbours" -> neighbours();
                case "help", "" -> HELP.forEach(out::println);
                default -> out.printf("failed command=%s is unknown, try: help%n", words[0]);
            }
        } catch (NoSuchFileException missing) {
            out.printf("failed file=%s does not exist%n", missing.getFile());
        } catch (NodeException | IllegalArgumentException | IOException failure) {
            out.printf("failed %s: %s%n", failure.getClass().getSimpleName(), failure.getMessage());
        }
    }

    private static String word(String[] words, int number, String usage) {
        if (words.length <= number) {
            throw new IllegalArgumentException("usage: " + usage);
        }
        return words[number];
    }

    private void put(String name, Path file) throws IOException {
        Contract contract = LastWriterWins.named(name);
        byte[] content = Files.readAllBytes(file);
        long start = System.nanoTime();
        PutReceipt receipt = node.put(contract, LastWriterWins.state(System.currentTimeMillis(), content))
                .block();
        if (receipt != null) {
            out.printf(
                    "stored key=%s reach=%s hops=%d copies=%d tx=%s ms=%.1f%n",
                    contract.key(), receipt.reach(), receipt.hops(), receipt.copies(), receipt.tx(), since(start));
        }
    }

    private void get(String key, @Nullable Path file) throws IOException {
        ContractInstanceId id = ContractInstanceId.parse(key);
        long start = System.nanoTime();
        GetResult result = node.get(id).block();
        if (result instanceof GetResult.Found found) {
            double took = since(start);
            byte[] content = content(found);
            if (file != null) {
                Files.write(file, content);
            }
            out.printf("found key=%s bytes=%d hops=%d ms=%.1f%n", key, content.length, found.hops(), took);
        } else {
            out.printf("not-found key=%s ms=%.1f%n", key, since(start));
        }
    }

    /** A register's content without its version; the whole state of any other contract. */
    private static byte[] content(GetResult.Found found) {
        boolean register =
                found.contract().code().equals(LastWriterWins.named("").code());
        return register
                ? LastWriterWins.content(found.value())
                : found.value().bytes().toArray();
    }

    private void status() {
        NodeStatus status = node.status();
        LoopSnapshot loop = status.loop();
        out.printf(
                Locale.ROOT,
                "status peer=%s listen=%s location=%.6f ring=%s neighbours=%d inbound=%d outbound=%d guests=%d guest-at=%d places-kept=%d contracts=%d bytes=%d loop=%s events=%d longest-handler-us=%d quiet=%s%n",
                status.self(),
                status.address(),
                status.location().value(),
                status.ring().standing(),
                status.neighbours().size(),
                status.neighbours(PeerLink.Direction.INBOUND),
                status.neighbours(PeerLink.Direction.OUTBOUND),
                status.ring().guests(),
                status.ring().guestAt().size(),
                status.ring().reserved(),
                status.store().contracts(),
                status.store().stateBytes(),
                loop.state(),
                loop.handled(),
                loop.longestHandler().toNanos() / 1000,
                status.tables().quiet());
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

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e6;
    }
}
