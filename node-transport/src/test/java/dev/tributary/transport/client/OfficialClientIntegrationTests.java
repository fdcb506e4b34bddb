package dev.tributary.transport.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.test.MayDropSignals;
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
 * Tests the server with the unmodified official TypeScript library from its registry. Skipped with a message if Node.js
 * is missing, except in continuous integration.
 */
@MayDropSignals("signals in flight when the server closes have no receiver")
class OfficialClientIntegrationTests {

    private static final long TIMEOUT_SECONDS = 240;

    /**
     * Maximum number of installation attempts: the registry may be unavailable; npm itself tries each file three times.
     */
    private static final int MAX_ATTEMPTS = 3;

    @TempDir
    Path directory;

    @Test
    void officialLibraryIsServed() throws Exception {
        requireProgram("node");
        requireProgram("npm");
        Path modules = install();

        try (TestServer server = TestServer.open(directory)) {
            Output output = run(
                    directory,
                    "node",
                    resource("session.js", directory).toString(),
                    "ws://127.0.0.1:" + server.port() + "/v1/contract/command",
                    modules.toString(),
                    cases().toString());

            assertThat(output.status()).as(output.text()).isZero();
            assertThat(output.text()).endsWith("done\n");
        }
    }

    private static void requireProgram(String program) throws Exception {
        boolean isInstalled = runs(program, "--version");
        if (System.getenv("CI") == null) {
            assumeTrue(isInstalled, "skipped: " + program + " is not installed");
        }
        assertThat(isInstalled).as("the continuous build has " + program).isTrue();
    }

    /** Installs exactly the packages of the lock file, in a directory that later runs reuse. */
    private static Path install() throws Exception {
        Path installDirectory =
                Files.createDirectories(Path.of("target", "official-client").toAbsolutePath());
        resource("package.json", installDirectory);
        Path lock = resource("package-lock.json", installDirectory);
        Path installed = installDirectory.resolve("installed-lock.json");
        if (!Files.exists(installed) || Files.mismatch(lock, installed) != -1) {
            Output output = installOnce(installDirectory);
            for (int attempt = 1; attempt < MAX_ATTEMPTS && output.status() != 0; attempt++) {
                output = installOnce(installDirectory);
            }
            assertThat(output.status()).as(output.text()).isZero();
            Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
        }
        return installDirectory.resolve("node_modules");
    }

    private static Output installOnce(Path installDirectory) throws Exception {
        return run(installDirectory, "npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund");
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

    private static Path resource(String name, Path where) throws IOException {
        Path copy = where.resolve(name);
        String from = "/official-client/" + name;
        try (InputStream original = OfficialClientIntegrationTests.class.getResourceAsStream(from)) {
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
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return new Output(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
        } finally {
            Files.delete(log);
        }
    }

    private record Output(int status, String text) {}
}
