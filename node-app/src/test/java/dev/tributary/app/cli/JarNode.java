package dev.tributary.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.demo.PackagedProgram;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * A node of the packaged jar with its own port and data directory, which can be killed and restarted, and commands of
 * the same jar that connect to it. Each runs in its own process.
 */
final class JarNode {

    /** Timeout of a command in seconds; on an idle machine a process starts in a second. */
    private static final long TIMEOUT_SECONDS = 120;

    private final Path directory;
    private final String port = Integer.toString(freePort());
    private final Queue<Process> commands = new ConcurrentLinkedQueue<>();
    private Process process;

    private JarNode(Path directory) throws IOException {
        this.directory = directory;
        this.process = run();
    }

    /** Starts a node, and waits until it serves clients. */
    static JarNode start(Path directory) throws IOException {
        return new JarNode(directory);
    }

    /** The address for clients; the same after a restart. */
    String api() {
        return "ws://127.0.0.1:" + port;
    }

    /** Kills the process, as a crash would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void restart() throws IOException {
        process = run();
    }

    private Process run() throws IOException {
        List<String> line = PackagedProgram.forNodes().command("512m");
        line.addAll(List.of(
                "run",
                "--console",
                "--identity-difficulty",
                "0",
                "--data-directory",
                directory.resolve("node").toString(),
                "--listen",
                "127.0.0.1:0",
                "--client-address",
                "127.0.0.1",
                "--client-port",
                port));
        Process started = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        new File(directory.resolve("node.log").toString())))
                .start();
        commands.add(started);
        BufferedReader output = started.inputReader(StandardCharsets.UTF_8);
        assertThat(Objects.requireNonNullElse(output.readLine(), "the process ended"))
                .contains("api=" + api());
        return started;
    }

    /** Starts a command; its output is read from the process's input stream. */
    Process startCommand(String... arguments) throws IOException {
        List<String> line = PackagedProgram.forCommands().command("256m");
        line.addAll(List.of(arguments));
        line.addAll(List.of("--api", api()));
        Process command = new ProcessBuilder(line).redirectErrorStream(true).start();
        commands.add(command);
        return command;
    }

    /** Runs a command until it ends. */
    Result execute(String... arguments) throws IOException, InterruptedException {
        Process command = startCommand(arguments);
        String output = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(command.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new Result(command.exitValue(), output);
    }

    /** Exit code and output of a command. */
    record Result(int exitCode, String output) {}

    /** A free port below the ephemeral ports of the system, so that it is still free when the node restarts. */
    private static int freePort() throws IOException {
        Random random = new Random();
        BindException last = new BindException("no port was tried");
        for (int i = 0; i < 1000; i++) {
            try (ServerSocket free =
                    new ServerSocket(12_000 + random.nextInt(18_000), 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (BindException taken) {
                last = taken;
            }
        }
        throw last;
    }

    /** Kills the node and every command that still runs. */
    void killAll() throws InterruptedException {
        for (Process command : commands) {
            command.destroyForcibly().waitFor();
        }
    }
}
