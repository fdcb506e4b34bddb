package dev.tributary.app.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.error.StorageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DataDirectoryIntegrationTests {

    @TempDir
    private Path parent;

    private Path path;

    @BeforeEach
    void findPath() throws IOException {
        path = parent.toRealPath().resolve("data");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void directoryAndKeyAreAccessibleToTheirOwnerOnly() throws IOException {
        try (DataDirectory data = DataDirectory.open(path)) {
            data.loadOrCreateKey(this::newKey, this::text);
        }
        assertThat(mode(path)).isEqualTo("rwx------");
        assertThat(mode(path.resolve("identity.key"))).isEqualTo("rw-------");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void startTakesTheAccessOfOtherUsersAwayButFromKeysAndForeignFiles() throws IOException {
        Path contracts = path.resolve("contracts");
        Path bodies = Files.createDirectories(contracts.resolve("bodies"));
        Path body = Files.writeString(bodies.resolve("1.body"), "state");
        Path key = Files.writeString(path.resolve("publisher.key"), "key");
        Path foreign = Files.writeString(path.resolve("notes.txt"), "notes");
        Path peers = Files.writeString(path.resolve("peers"), "");
        for (Path each : List.of(path, contracts, bodies)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        for (Path each : List.of(body, key, foreign, peers)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rw-r--rw-"));
        }

        DataDirectory.open(path).close();

        assertThat(List.of(mode(path), mode(contracts), mode(bodies))).containsOnly("rwx------");
        assertThat(List.of(mode(body), mode(peers), mode(path.resolve("lock")))).containsOnly("rw-------");
        assertThat(List.of(mode(key), mode(foreign))).containsOnly("rw-r--rw-");
    }

    @Test
    void keyIsCreatedOnce() {
        try (DataDirectory data = DataDirectory.open(path)) {
            assertThat(data.loadOrCreateKey(this::newKey, this::text)).isEqualTo("a key");
        }
        Supplier<byte[]> another = () -> "another".getBytes(StandardCharsets.UTF_8);
        try (DataDirectory data = DataDirectory.open(path)) {
            assertThat(data.loadOrCreateKey(another, this::text)).isEqualTo("a key");
        }
        assertThat(DataDirectory.<String>readOrCreateKey(path, another, this::text))
                .isEqualTo("a key");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void keyReadableByOtherUsersIsRefusedWithTheRemedy() throws IOException {
        try (DataDirectory data = DataDirectory.open(path)) {
            data.loadOrCreateKey(this::newKey, this::text);
            Path key = path.resolve("identity.key");
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
            assertThatThrownBy(() -> data.loadOrCreateKey(this::newKey, this::text))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(
                            key + " is accessible to other users (rw-r-----): run 'chmod 600 " + key + "'");
        }
    }

    @Test
    void damagedKeyIsNamedAndKept() {
        try (DataDirectory data = DataDirectory.open(path)) {
            data.loadOrCreateKey(this::newKey, this::text);
            assertThatThrownBy(() -> data.loadOrCreateKey(this::newKey, bytes -> {
                        throw new IllegalArgumentException("too short");
                    }))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("identity.key is damaged (too short)");
            assertThat(data.loadOrCreateKey(this::newKey, this::text)).isEqualTo("a key");
        }
    }

    @Test
    void directoryIsLockedOncePerProcessAndUnlockedByClose() {
        try (DataDirectory held = DataDirectory.open(path)) {
            assertThatThrownBy(() -> DataDirectory.open(path))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(path + " is in use by this process")
                    .hasMessageContaining("another data directory");
            assertThat(held.contracts()).hasParentRaw(path);
        }
        DataDirectory.open(path).close();
    }

    @Test
    void secondProcessIsRefusedWithTheHolderAndTheRemedy() throws Exception {
        Process holder = startHolder();
        try {
            assertThatThrownBy(() -> DataDirectory.open(path))
                    .isInstanceOf(StorageException.class)
                    .hasMessage("data directory " + path + " is in use by process " + holder.pid()
                            + ": stop that node, or give this one another data directory");
            holder.getOutputStream().close();
            assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
            DataDirectory.open(path).close();
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void killedProcessReleasesTheLock() throws Exception {
        Process holder = startHolder();
        holder.destroyForcibly();
        assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
        DataDirectory.open(path).close();
    }

    @Test
    void pathThatIsNoDirectoryIsNamed() throws IOException {
        Files.writeString(path, "a file");
        assertThatThrownBy(() -> DataDirectory.open(path))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("cannot use data directory " + path);
    }

    private Process startHolder() throws IOException {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DataDirectoryHolder.class.getName(),
                        path.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out = holder.inputReader();
        assertThat(out.readLine()).startsWith("holds ");
        return holder;
    }

    private byte[] newKey() {
        return "a key".getBytes(StandardCharsets.UTF_8);
    }

    private String text(byte[] encoded) {
        return new String(encoded, StandardCharsets.UTF_8);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
