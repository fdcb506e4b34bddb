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

/** A node in a child process, controlled through its console. */
public final class NodeChild {

    /** Flags that turn the identity puzzle off, for nodes of one owner on one machine, which need no protection. */
    public static final List<String> NO_PUZZLE = List.of("--identity-difficulty", "0");

    private static final String CLIENT_PORT_FLAG = "--client-port";

    /** Maximum heap: the state limit of a smaller one is below the largest states of the network. */
    private static final String HEAP = "1g";

    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter commands;

    private NodeChild(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Starts a process on this data directory with these gateways; does not wait until the node is ready. */
    public static NodeChild start(ChildProgram program, Path directory, String listen, List<String> gateways)
            throws IOException {
        return start(program, directory, listen, gateways, HEAP, NO_PUZZLE);
    }

    /**
     * The same with this maximum heap, in the format of {@code -Xmx}, and these settings, each as a flag and its value.
     * Without settings a node has the defaults of a public network, and its first start takes about a second longer. It
     * serves no applications unless the settings contain {@code --client-port}.
     */
    public static NodeChild start(
            ChildProgram program,
            Path directory,
            String listen,
            List<String> gateways,
            String heap,
            List<String> settings)
            throws IOException {
        List<String> command = new ArrayList<>(program.command(heap));
        command.addAll(List.of("run", "--console", "--data-directory", directory.toString(), "--listen", listen));
        for (String gateway : gateways) {
            command.add("--peers");
            command.add(gateway);
        }
        if (!settings.contains(CLIENT_PORT_FLAG)) {
            // Several nodes on one machine cannot share the default port.
            command.addAll(List.of(CLIENT_PORT_FLAG, "off"));
        }
        command.addAll(settings);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectError(ProcessBuilder.Redirect.appendTo(new File(directory + ".log")));
        return new NodeChild(builder.start());
    }

    /** Sends a command and waits for its answer; throws {@link IOException} if the process ends instead. */
    public Reply ask(String command) throws IOException {
        commands.write(command);
        commands.newLine();
        commands.flush();
        return readReply();
    }

    /** Waits for the next line that the process prints. */
    public Reply readReply() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the node's process " + process.pid() + " ended");
        }
        return Reply.of(line);
    }

    /** Kills the process, as a crash would. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks the process to stop; does not wait. */
    public void requestStop() {
        process.destroy();
    }

    /** Asks the process to stop, and kills it after 20 s. */
    public void stop() throws InterruptedException {
        requestStop();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            kill();
        }
    }

    public long pid() {
        return process.pid();
    }

    /**
     * One line of the console's output.
     *
     * @param kind the first word, which is the kind of answer
     * @param fields the {@code key=value} pairs
     * @param line the whole line
     */
    public record Reply(String kind, Map<String, String> fields, String line) {

        static Reply of(String line) {
            Map<String, String> facts = new HashMap<>();
            String[] words = line.split(" ", -1);
            for (String word : words) {
                int equals = word.indexOf('=');
                if (equals > 0) {
                    facts.put(word.substring(0, equals), word.substring(equals + 1));
                }
            }
            return new Reply(words[0], facts, line);
        }

        /** The value of this key, or an empty string. */
        public String field(String key) {
            return fields.getOrDefault(key, "");
        }
    }
}
