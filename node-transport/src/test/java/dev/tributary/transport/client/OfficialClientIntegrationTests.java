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
 * The official TypeScript library, unchanged, as applications have it from its registry. Skipped with a message where there
 * is no Node.js, unless this is the continuous build, which has one.
 */
@MayDropSignals("what is on its way when a door closes has nowhere to go")
class OfficialClientIntegrationTests {

    private static final long LIMIT_SECONDS = 240;

    /** A registry may be away for a moment; npm itself tries each file three times. */
    private static final int INSTALLATIONS = 3;

    @TempDir
    Path directory;

    @Test
    void theOfficialLibraryIsServed() throws Exception {
        needs("node");
        needs("npm");
        Path modules = install();

        try (TestDoor door = TestDoor.open(directory)) {
            Output said = run(
                    directory,
                    "node",
                    resource("session.js", directory).toString(),
                    "ws://127.0.0.1:" + door.port() + "/v1/contract/command",
                    modules.toString(),
                    cases().toString());

            assertThat(said.status()).as(said.text()).isZero();
            assertThat(said.text()).endsWith("done\n");
        }
    }

    private static void needs(String program) throws Exception {
        boolean there = runs(program, "--version");
        if (System.getenv("CI") == null) {
            assumeTrue(there, "skipped: there is no " + program + " on this machine");
        }
        assertThat(there).as("the continuous build has " + program).isTrue();
    }

    /** The very bytes that the lock file names, in a directory that the next run finds again. */
    private static Path install() throws Exception {
        Path home = Files.createDirectories(Path.of("target", "official-client").toAbsolutePath());
        resource("package.json", home);
        Path lock = resource("package-lock.json", home);
        Path installed = home.resolve("installed-lock.json");
        if (!Files.exists(installed) || Files.mismatch(lock, installed) != -1) {
            Output said = installation(home);
            for (int again = 1; again < INSTALLATIONS && said.status() != 0; again++) {
                said = installation(home);
            }
            assertThat(said.status()).as(said.text()).isZero();
            Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
        }
        return home.resolve("node_modules");
    }

    private static Output installation(Path home) throws Exception {
        return run(home, "npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund");
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
