package dev.tributary.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands of the jar, each in its own process, against a node that is killed. */
@Timeout(300)
class ReconnectingCommandIntegrationTests {

    @TempDir
    private Path directory;

    private JarNode node;

    @BeforeEach
    void start() throws IOException {
        node = JarNode.start(directory);
    }

    @AfterEach
    void end() throws InterruptedException {
        node.killAll();
    }

    @Test
    void subscriberReconnectsAndNoAcknowledgedStateIsLost() throws Exception {
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

        Process subscriber = node.startCommand("subscribe", key);
        BufferedReader lines = subscriber.inputReader(StandardCharsets.UTF_8);
        assertThat(lines.readLine()).startsWith("state of " + key + ": 81 bytes");
        assertThat(run("update", key, version(document, keys, 10))).contains("updated " + key);
        assertThat(lines.readLine()).startsWith("state of " + key + ": 82 bytes");

        node.kill();
        node.restart();
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
    void requestToKilledNodeIsAnError() throws Exception {
        node.kill();
        JarNode.Result ending = node.execute("get", SignedDocument.code().hash().toString());
        assertThat(ending.exitCode()).isEqualTo(3);
        assertThat(ending.output())
                .contains("cannot connect to a node at " + node.api())
                .contains("tributary run");
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

    /** Runs a command, asserts that it succeeds, and returns its output. */
    private String run(String... arguments) throws IOException, InterruptedException {
        JarNode.Result ending = node.execute(arguments);
        assertThat(ending.exitCode()).as(ending.output()).isZero();
        return ending.output();
    }
}
