package dev.tributary.app.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the store takes commits. */
class WriteGateTests {

    private static final long MIB = 1 << 20;

    @TempDir
    private Path directory;

    private final SmallDisk disk = new SmallDisk();
    private long nanos;

    @Test
    void commitsAreRefusedWhileLessThanTheReserveIsFree() {
        WriteGate gate = gate();
        assertThat(gate.check()).isNull();

        disk.free = 63 * MIB;
        assertThat(gate.check()).contains("No space left on device");
        assertThat(gate.health().isWritable()).isFalse();

        disk.free = 65 * MIB;
        assertThat(gate.check()).isNull();
        assertThat(gate.health().isWritable()).isTrue();
    }

    @Test
    void reserveOfASmallDiskIsATwentiethOfIt() {
        disk.total = 100 * MIB;
        disk.free = 6 * MIB;

        assertThat(gate().check()).isNull();
        assertThat(gate().free()).isEqualTo(MIB);
    }

    @Test
    void afterAFailureCommitsAreRefusedUntilTheDiskTakesAFile() throws IOException {
        WriteGate gate = gate();
        disk.isFull = true;
        gate.onFailure(new IOException("Disk quota exceeded"));
        assertThat(gate.health().refusal()).isEqualTo("Disk quota exceeded");
        assertThat(gate.check()).isEqualTo("Disk quota exceeded");

        disk.isFull = false;

        assertThat(gate.check()).isNull();
        assertThat(gate.health().isWritable()).isTrue();
        try (var files = Files.list(directory)) {
            assertThat(files).as("trial files").isEmpty();
        }
    }

    @Test
    void slowCommitIsCountedAndADiskThatStandsStillRefuses() {
        WriteGate gate = gate();
        gate.onCommitStart();
        nanos += Duration.ofSeconds(4).toNanos();
        assertThat(gate.health().isWritable()).isTrue();

        nanos += Duration.ofSeconds(3).toNanos();
        assertThat(gate.health().refusal()).isEqualTo("the disk has not finished a write for 7 s");

        gate.onCommitEnd();
        assertThat(gate.health().isWritable()).isTrue();
        assertThat(gate.health().slowCommits()).isEqualTo(1);
        assertThat(gate.health().longestCommit()).isEqualTo(Duration.ofSeconds(7));
    }

    private WriteGate gate() {
        return new WriteGate(directory, disk, () -> nanos);
    }

    private static final class SmallDisk extends Disk {

        private long total = 100_000 * MIB;
        private long free = 50_000 * MIB;
        private boolean isFull;

        @Override
        long usableSpace(Path path) {
            return free;
        }

        @Override
        long totalSpace(Path path) {
            return total;
        }

        @Override
        void write(Path file, Bytes bytes) throws IOException {
            if (isFull) {
                throw new IOException("Disk quota exceeded");
            }
            super.write(file, bytes);
        }
    }
}
