package dev.tributary.app.storage;

import dev.tributary.transport.files.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of files that seem not to be needed. A leftover of a process that ended is removed after {@link #MAX_AGE},
 * or earlier beyond {@link #MAX_BYTES}; a file of a damaged store stays until the operator removes it. {@code reasons.log}
 * has a line for each file. All methods block.
 */
final class Quarantine {

    private static final Logger log = LoggerFactory.getLogger(Quarantine.class);

    /** Time after which a leftover is removed at a start. */
    static final Duration MAX_AGE = Duration.ofDays(7);

    /** Maximum number of bytes of leftovers; the oldest are removed first. */
    static final long MAX_BYTES = 256L << 20;

    private static final String LEFTOVER = "leftover-";
    private static final String KEPT = "kept-";

    /** Maximum number of bytes of the file with the reasons; it begins anew beyond. */
    private static final long MAX_REASON_BYTES = 1 << 20;

    private final Path directory;
    private final Disk disk;

    Quarantine(Path directory, Disk disk) {
        this.directory = directory;
        this.disk = disk;
    }

    /** Moves a file here that no record refers to. */
    void addLeftover(Path file) throws IOException {
        Path moved = move(file, LEFTOVER);
        Files.setLastModifiedTime(moved, FileTime.from(Instant.now()));
        explain(moved, "no record of the index refers to it; removed after " + MAX_AGE.toDays() + " days");
    }

    /** Moves a file here, for the operator to remove. */
    void keep(Path file, String reason) throws IOException {
        explain(move(file, KEPT), reason);
    }

    /** Keeps a copy of a file that stays where it is. */
    void keepCopy(Path file, String reason) throws IOException {
        Path copy = target(file, KEPT);
        Files.copy(file, copy);
        OwnerOnly.tighten(copy);
        disk.sync(copy);
        disk.sync(directory);
        explain(copy, reason);
    }

    /** Removes leftovers that are old, or too many. */
    void expire(Instant now) throws IOException {
        if (Files.notExists(directory)) {
            return;
        }
        List<Leftover> leftovers = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, LEFTOVER + "*")) {
            for (Path file : files) {
                leftovers.add(new Leftover(file, Files.getLastModifiedTime(file).toInstant(), Files.size(file)));
            }
        }
        leftovers.sort(Comparator.comparing(Leftover::since));
        long bytes = leftovers.stream().mapToLong(Leftover::bytes).sum();
        for (Leftover leftover : leftovers) {
            if (bytes > MAX_BYTES || leftover.since().isBefore(now.minus(MAX_AGE))) {
                disk.delete(leftover.file());
                bytes -= leftover.bytes();
            }
        }
    }

    /** Number of bytes of all files, also of those that the operator has to remove. Safe to call from any thread. */
    long bytes() {
        if (Files.notExists(directory)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException | UncheckedIOException e) {
            log.debug("quarantine not measured directory={}", directory, e);
            return 0;
        }
    }

    private Path move(Path file, String kind) throws IOException {
        Path target = target(file, kind);
        disk.move(file, target);
        return target;
    }

    private Path target(Path file, String kind) throws IOException {
        OwnerOnly.createDirectories(directory);
        Path target = directory.resolve(kind + file.getFileName());
        for (int number = 1; Files.exists(target); number++) {
            target = directory.resolve(kind + file.getFileName() + "." + number);
        }
        return target;
    }

    /** Writes the reason. A failure is logged only: the file is safe. */
    private void explain(Path file, String reason) {
        Path reasons = directory.resolve("reasons.log");
        log.info("file moved to quarantine file={} reason=\"{}\"", file, reason);
        try {
            if (Files.exists(reasons) && Files.size(reasons) > MAX_REASON_BYTES) {
                Files.delete(reasons);
            }
            Files.writeString(
                    reasons,
                    Instant.now() + " " + file.getFileName() + " " + Files.size(file) + " bytes: " + reason + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            OwnerOnly.tighten(reasons);
        } catch (IOException e) {
            log.warn("reason not written file={} error={}", reasons, e.toString());
        }
    }

    private record Leftover(Path file, Instant since, long bytes) {}
}
