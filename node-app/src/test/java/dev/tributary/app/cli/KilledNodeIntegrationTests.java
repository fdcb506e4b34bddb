package dev.tributary.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.demo.NodeChild;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands of the jar, each a process of its own, beside a node that is killed without a word. */
@Timeout(300)
class KilledNodeIntegrationTests {

    private static final long LIMIT = 120;

    @TempDir
    private Path directory;

    private final List<NodeChild> nodes = new ArrayList<>();
    private final List<Process> commands = new ArrayList<>();
    private String port = "";
    private String api = "";

    @BeforeEach
    void startFirst() throws IOException {
        port = Integer.toString(freePort());
        api = "ws://127.0.0.1:" + port;
        startNode();
    }

    /** Below the ports that the system gives out by itself, so that it is still free when the node comes back. */
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

    @AfterEach
    void endAll() throws InterruptedException {
        commands.forEach(Process::destroyForcibly);
        for (NodeChild node : nodes) {
            node.stop();
        }
    }

    @Test
    void aSubscriberComesBackAndNothingThatWasAcknowledgedIsGone() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Contract document = SignedDocument.contract(keys.getPublic(), "note");
        String key = document.key().toString();
        Path parameters = write("par", document.parameters().bytes());
        assertThat(run(
                        "put",
                        "--standard",
                        "document",
                        "--parameters",
                        parameters.toString(),
                        version(document, keys, 1)))
                .contains("stored " + key);

        Process subscriber = start("subscribe", key);
        BufferedReader lines = subscriber.inputReader(StandardCharsets.UTF_8);
        assertThat(lines.readLine()).startsWith("state of " + key + ": 81 bytes");
        assertThat(run("update", key, version(document, keys, 10))).contains("updated " + key);
        assertThat(lines.readLine()).startsWith("state of " + key + ": 82 bytes");

        nodes.get(0).kill();
        startNode();
        assertThat(run(
                        "get",
                        key,
                        "--content",
                        "--out",
                        directory.resolve("copy").toString()))
                .contains("found " + key);
        assertThat(directory.resolve("copy")).hasContent("version 10");
        assertThat(run("update", key, version(document, keys, 100))).contains("updated " + key);
        String line = lines.readLine();
        assertThat(line).startsWith("state of " + key + ": 83 bytes");
        assertThat(subscriber.isAlive()).isTrue();
    }

    @Test
    void aRequestThatNobodyAnswersAnyMoreIsAnError() throws Exception {
        nodes.get(0).kill();
        Process command = start("get", SignedDocument.code().hash().toString());
        assertThat(command.waitFor(LIMIT, TimeUnit.SECONDS)).isTrue();
        assertThat(command.exitValue()).isEqualTo(3);
        assertThat(new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("cannot connect to a node at " + api)
                .contains("tributary run");
    }

    private void startNode() throws IOException {
        List<String> settings = new ArrayList<>(NodeChild.NO_PUZZLE);
        settings.addAll(List.of("--client-address", "127.0.0.1", "--client-port", port));
        NodeChild node = NodeChild.start(directory.resolve("node"), "127.0.0.1:0", List.of(), "512m", settings);
        nodes.add(node);
        assertThat(node.answer().fact("api")).isEqualTo(api);
    }

    private String version(Contract document, KeyPair keys, long number) throws IOException {
        Bytes text = Bytes.utf8("version " + number);
        return write(
                        "v" + number,
                        SignedDocument.state(document, keys.getPrivate(), number, text)
                                .bytes())
                .toString();
    }

    private Path write(String name, Bytes content) throws IOException {
        return Files.write(directory.resolve(name), content.toArray());
    }

    /** What a command says until it ends, which it does well. */
    private String run(String... arguments) throws IOException, InterruptedException {
        Process command = start(arguments);
        String said = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(command.waitFor(LIMIT, TimeUnit.SECONDS)).isTrue();
        assertThat(command.exitValue()).as(said).isZero();
        return said;
    }

    private Process start(String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                Path.of("target", "tributary.jar").toAbsolutePath().toString()));
        line.addAll(List.of(arguments));
        line.addAll(List.of("--api", api));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        commands.add(process);
        return process;
    }
}
