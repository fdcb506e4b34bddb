package dev.tributary.app.storage;

import dev.tributary.app.storage.index.CommitRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The file beside the index that knows its last durable commit, so that an index that went back, or is another one, is
 * noticed. Two slots in blocks of their own are written in turn: a write that a power cut tears leaves the other one. A
 * record is written when its commit is durable, so the file may lag behind the index, but is never ahead of it. For one
 * thread.
 */
final class GenerationFile {

    private static final int SLOT_BYTES = 4 << 10;

    private final Path file;
    private final Disk disk;
    private long written = -1;

    GenerationFile(Path file, Disk disk) {
        this.file = file;
        this.disk = disk;
    }

    /** The last record, or null if there is no file or none that can be read. */
    @Nullable
    CommitRecord read() throws IOException {
        if (Files.notExists(file)) {
            return null;
        }
        byte[] bytes = Files.readAllBytes(file);
        CommitRecord first = CommitRecord.decode(bytes);
        CommitRecord second = bytes.length < SLOT_BYTES
                ? null
                : CommitRecord.decode(Arrays.copyOfRange(bytes, SLOT_BYTES, bytes.length));
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return first.generation() > second.generation() ? first : second;
    }

    /** Whether there is such a file, whatever stands in it. */
    boolean exists() {
        return Files.exists(file);
    }

    /** Writes the record without syncing it. Does nothing if it is the last one. */
    void write(CommitRecord record) throws IOException {
        if (record.generation() != written) {
            disk.overwrite(file, (record.generation() & 1) * SLOT_BYTES, record.encode());
            written = record.generation();
        }
    }

    /** Writes the record into both slots, and syncs the file and its directory. */
    void replace(CommitRecord record) throws IOException {
        disk.overwrite(file, 0, record.encode());
        disk.sync(file);
        disk.overwrite(file, SLOT_BYTES, record.encode());
        disk.sync(file);
        disk.sync(file.resolveSibling(""));
        written = record.generation();
    }

    /** Writes and syncs the record. */
    void sync(CommitRecord record) throws IOException {
        write(record);
        disk.sync(file);
    }
}
