package dev.tributary.transport.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.http.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official TypeScript library, unchanged, as applications have it from its registry. Skipped with a message where there
 * is no Node.js, or where the library cannot be had.
 */
class OfficialClientIntegrationTests {

    private static final long LIMIT_SECONDS = 240;

    @TempDir
    Path directory;

    @Test
    void theOfficialLibraryIsServed() throws Exception {
        assumeTrue(runs("node", "--version"), "skipped: there is no node on this machine");
        assumeTrue(runs("npm", "--version"), "skipped: there is no npm on this machine");
        Path home = Files.createDirectories(Path.of("target", "official-client").toAbsolutePath());
        Path library = home.resolve("node_modules/@freenetorg/freenet-stdlib");
        if (!Files.exists(library.resolve("websocket-interface.js"))) {
            Output installed = run(
                    home,
                    "npm",
                    "install",
                    "--prefix",
                    home.toString(),
                    "--no-audit",
                    "--no-fund",
                    "@freenetorg/freenet-stdlib@0.0.8",
                    "flatbuffers@23.5.26");
            assumeTrue(installed.status() == 0, "skipped: the library cannot be had: " + installed.text());
        }

        try (TestDoor door = TestDoor.open(directory)) {
            Path script = resource("session.js");
            Output said = run(
                    home,
                    "node",
                    "--experimental-websocket",
                    script.toString(),
                    "ws://127.0.0.1:" + door.port() + "/v1/contract/command",
                    library.toString(),
                    cases().toString());

            assertThat(said.status()).as(said.text()).isZero();
            assertThat(said.text()).endsWith("done\n");
        }
    }

    private Path cases() throws IOException {
        Contract contract = GrowOnlySet.named("official");
        JsonObject cases = new JsonObject()
                .put("id", contract.id())
                .put("code", contract.code().bytes().toHex())
                .put("codeHash", contract.key().code().bytes().toHex())
                .put("parameters", contract.parameters().bytes().toHex())
                .put("first", setOf("a").bytes().toHex())
                .put("second", setOf("b").bytes().toHex())
                .put("third", setOf("c").bytes().toHex())
                .put("afterSecond", setOf("a", "b").bytes().toHex())
                .put("afterThird", setOf("a", "b", "c").bytes().toHex())
                .put("invalid", "ff");
        return Files.writeString(directory.resolve("cases.json"), cases.toString());
    }

    private static State setOf(String... elements) {
        return GrowOnlySet.state(Stream.of(elements).map(Bytes::utf8).toList());
    }

    private Path resource(String name) throws IOException {
        Path copy = directory.resolve(name);
        try (InputStream original = getClass().getResourceAsStream("/official-client/" + name)) {
            Files.copy(Objects.requireNonNull(original), copy, StandardCopyOption.REPLACE_EXISTING);
        }
        return copy;
    }

    private static boolean runs(String... command) throws Exception {
        try {
            return run(Path.of("."), command).status() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    private static Output run(Path where, String... command) throws Exception {
        Path log = Files.createTempFile("official-client", ".log");
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .directory(where.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return new Output(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
        } finally {
            Files.delete(log);
        }
    }

    private record Output(int status, String text) {}
}
