package dev.tributary.app.storage;

import dev.tributary.core.value.Bytes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of bodies that are too large for the index. A file is written once under a number of its own, and only a
 * committed record makes it count; so there is nothing to rename, and a file without a record is a leftover. Written by
 * one thread, read by any.
 */
final class BodyFiles {

    private static final Logger log = LoggerFactory.getLogger(BodyFiles.class);
    private static final String SUFFIX = ".body";
    private static final int DIGITS = 16;

    private final Path directory;
    private final Disk disk;
    private final int inlineLimit;
    private final boolean synced;
    private long lastNumber;

    BodyFiles(Path directory, Disk disk, StorageConfig config) {
        this.directory = directory;
        this.disk = disk;
        this.inlineLimit = config.inlineLimit();
        this.synced = config.durability() == Durability.SYNC;
    }

    /** Writes a file, not yet synced, unless the bytes are few enough for the index. After a failure nothing is left. */
    Body write(Bytes bytes) throws IOException {
        if (bytes.size() <= inlineLimit) {
            return new Body.Inline(bytes);
        }
        Body.Filed body = new Body.Filed(++lastNumber, bytes.size(), Checksum.of(bytes.toBuffer()));
        try {
            disk.write(file(body), bytes);
            return body;
        } catch (IOException | RuntimeException e) {
            delete(body);
            throw e;
        }
    }

    /** Waits until the disk has these files, unless that is not asked for. */
    void sync(Collection<Body.Filed> bodies) throws IOException {
        if (!synced || bodies.isEmpty()) {
            return;
        }
        for (Body.Filed body : bodies) {
            disk.sync(file(body));
        }
        disk.sync(directory);
    }

    /**
     * The bytes themselves, checked.
     *
     * @throws java.nio.file.NoSuchFileException if the file is gone, as after a later change of its contract
     */
    Bytes read(Body body) throws IOException {
        if (body instanceof Body.Inline inline) {
            return inline.bytes();
        }
        Body.Filed filed = (Body.Filed) body;
        Bytes bytes = disk.read(file(filed), filed.size());
        if (Checksum.of(bytes.toBuffer()) != filed.checksum()) {
            throw new IOException(file(filed) + " is damaged: its checksum differs");
        }
        return bytes;
    }

    /** Deletes the file. One that cannot be deleted is left to the next sweep. */
    void delete(Body.Filed body) {
        try {
            Files.deleteIfExists(file(body));
        } catch (IOException e) {
            log.debug("body={} not deleted", file(body), e);
        }
    }

    /** Whether there is any body file at all. */
    boolean isEmpty() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            return !files.iterator().hasNext();
        }
    }

    /**
     * Goes through the directory before the first write: deletes leftovers and learns which numbers are taken. Foreign
     * files stay untouched.
     *
     * @param referenced the numbers that records refer to; null if that is not known for certain, then nothing is deleted
     */
    void sweep(@Nullable Set<Long> referenced) throws IOException {
        int swept = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                OptionalLong number = number(file);
                if (number.isEmpty()) {
                    continue;
                }
                lastNumber = Math.max(lastNumber, number.getAsLong());
                if (referenced != null && !referenced.contains(number.getAsLong())) {
                    Files.deleteIfExists(file);
                    swept++;
                }
            }
        }
        if (swept > 0) {
            log.debug("bodies={} swept={}", directory, swept);
        }
    }

    private Path file(Body.Filed body) {
        return directory.resolve(HexFormat.of().toHexDigits(body.number()) + SUFFIX);
    }

    private static OptionalLong number(Path file) {
        String name = file.getFileName().toString();
        try {
            return name.length() == DIGITS + SUFFIX.length()
                    ? OptionalLong.of(HexFormat.fromHexDigitsToLong(name, 0, DIGITS))
                    : OptionalLong.empty();
        } catch (IllegalArgumentException foreign) {
            return OptionalLong.empty();
        }
    }
}
