package dev.tributary.app.demo;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A node in a process of its own, worked through its console. */
public final class NodeChild {

    /** For nodes on one machine, all of one owner: nothing to defend against. */
    public static final List<String> NO_PUZZLE = List.of("--identity-difficulty", "0");

    private static final String CLIENTS = "--client-port";

    /** Room for some of the largest states. */
    private static final String HEAP = "512m";

    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter commands;

    private NodeChild(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Starts a process on this data directory that dials these gateways, without waiting for it. */
    public static NodeChild start(Path directory, String listen, List<String> gateways) throws IOException {
        return start(directory, listen, gateways, HEAP, NO_PUZZLE);
    }

    /**
     * The same with another heap, as {@code -Xmx} takes it, and other settings, each as a flag and its value. Without
     * settings nodes have those of a public network, and their first start takes a second longer. They serve no
     * applications unless a {@code --client-port} says so.
     */
    public static NodeChild start(
            Path directory, String listen, List<String> gateways, String heap, List<String> settings)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tributary.app.Main",
                "run",
                "--console",
                "--data-directory",
                directory.toString(),
                "--listen",
                listen));
        for (String gateway : gateways) {
            command.add("--peers");
            command.add(gateway);
        }
        if (!settings.contains(CLIENTS)) {
            // Several on one machine cannot all have the usual port.
            command.addAll(List.of(CLIENTS, "off"));
        }
        command.addAll(settings);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectError(ProcessBuilder.Redirect.appendTo(new File(directory + ".log")));
        return new NodeChild(builder.start());
    }

    /** Sends a command and waits for its answer; throws {@link IOException} if the process ends instead. */
    public Answer ask(String command) throws IOException {
        commands.write(command);
        commands.newLine();
        commands.flush();
        return answer();
    }

    /** Waits for the next line that the process says. */
    public Answer answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the node's process " + process.pid() + " ended");
        }
        return Answer.of(line);
    }

    /** Ends the process without a word, as a crash would. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks the process to stop, and does not wait for it. */
    public void askToStop() {
        process.destroy();
    }

    /** Asks the process to stop, and waits a while before it is killed. */
    public void stop() throws InterruptedException {
        askToStop();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            kill();
        }
    }

    public long pid() {
        return process.pid();
    }

    /**
     * One line of a console.
     *
     * @param word what kind of answer it is
     * @param facts its {@code key=value} pairs
     * @param line the whole of it
     */
    public record Answer(String word, Map<String, String> facts, String line) {

        static Answer of(String line) {
            Map<String, String> facts = new HashMap<>();
            String[] words = line.split(" ", -1);
            for (String word : words) {
                int equals = word.indexOf('=');
                if (equals > 0) {
                    facts.put(word.substring(0, equals), word.substring(equals + 1));
                }
            }
            return new Answer(words[0], facts, line);
        }

        /** The value of a fact, or an empty text. */
        public String fact(String key) {
            return facts.getOrDefault(key, "");
        }
    }
}
