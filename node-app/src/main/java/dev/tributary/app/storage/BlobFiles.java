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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of blobs that are too large for the index. A file is written once under a unique number and becomes
 * valid when a committed record refers to it, so no file is ever renamed, and a file without a record is an orphan.
 * Written by one thread, read by any.
 */
final class BlobFiles {

    private static final Logger log = LoggerFactory.getLogger(BlobFiles.class);
    /** Usual size of the blocks of a file system, in bytes. */
    private static final long BLOCK_BYTES = 4_096;

    private static final String SUFFIX = ".body";
    private static final int DIGITS = 16;

    private final Path directory;
    private final Disk disk;
    private final Quarantine quarantine;
    private final int inlineLimit;
    private final boolean isSynced;
    private final AtomicLong allocated = new AtomicLong();
    private long lastNumber;

    BlobFiles(Path directory, Disk disk, Quarantine quarantine, StorageConfig config) {
        this.directory = directory;
        this.disk = disk;
        this.quarantine = quarantine;
        this.inlineLimit = config.inlineLimit();
        this.isSynced = config.durability() == Durability.SYNC;
    }

    /** Stores small blobs inline, else writes a file without syncing it. Removes the file if writing fails. */
    Blob write(Bytes bytes) throws IOException {
        if (bytes.size() <= inlineLimit) {
            return new Blob.InlineBlob(bytes);
        }
        Blob.FileBlob blob = new Blob.FileBlob(++lastNumber, bytes.size(), Checksum.of(bytes.toBuffer()));
        try {
            allocated.addAndGet(allocation(blob.size()));
            disk.write(file(blob), bytes);
            return blob;
        } catch (IOException | RuntimeException e) {
            delete(blob);
            throw e;
        }
    }

    /** Syncs these files and the directory to disk, if the configured durability requires it. */
    void sync(Collection<Blob.FileBlob> blobs) throws IOException {
        if (!isSynced || blobs.isEmpty()) {
            return;
        }
        for (Blob.FileBlob blob : blobs) {
            disk.sync(file(blob));
        }
        disk.sync(directory);
    }

    /**
     * Reads the bytes and verifies their checksum.
     *
     * @throws java.nio.file.NoSuchFileException if the file was deleted, for instance by a later change of its contract
     */
    Bytes read(Blob blob) throws IOException {
        return switch (blob.kind()) {
            case INLINE -> ((Blob.InlineBlob) blob).bytes();
            case FILE -> read((Blob.FileBlob) blob);
        };
    }

    private Bytes read(Blob.FileBlob blob) throws IOException {
        Bytes bytes = disk.read(file(blob), blob.size());
        if (Checksum.of(bytes.toBuffer()) != blob.checksum()) {
            throw new IOException(file(blob) + " is damaged: its checksum differs");
        }
        return bytes;
    }

    /** Deletes the file. If that fails, the sweep at the next start finds it. */
    void delete(Blob.FileBlob blob) {
        try {
            if (disk.delete(file(blob))) {
                allocated.addAndGet(-allocation(blob.size()));
            }
        } catch (IOException e) {
            log.debug("blob not deleted file={}", file(blob), e);
        }
    }

    /** Number of bytes of the disk that the files occupy. */
    long allocated() {
        return allocated.get();
    }

    /** A file system gives a file whole blocks, and an entry in its directory. */
    private static long allocation(long size) {
        return (size + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES + BLOCK_BYTES;
    }

    /** Whether the blob is inline or its file exists. */
    boolean exists(Blob blob) {
        return !(blob instanceof Blob.FileBlob fileBlob) || Files.exists(file(fileBlob));
    }

    /** Whether the directory contains no blob file. */
    boolean isEmpty() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            return !files.iterator().hasNext();
        }
    }

    /**
     * Scans the directory before the first write: moves orphans to the quarantine and finds the highest number in use.
     * Files with other names are ignored.
     *
     * @param referenced numbers that records refer to; null if they are not known for certain, then no file is moved
     * @param reason why a file without a record may be needed, or null if it is a leftover
     */
    void sweep(@Nullable Set<Long> referenced, @Nullable String reason) throws IOException {
        allocated.set(0);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                OptionalLong number = number(file);
                if (number.isEmpty()) {
                    continue;
                }
                lastNumber = Math.max(lastNumber, number.getAsLong());
                if (referenced == null || referenced.contains(number.getAsLong())) {
                    allocated.addAndGet(allocation(Files.size(file)));
                    continue;
                }
                if (reason == null) {
                    quarantine.addLeftover(file);
                } else {
                    quarantine.keep(file, reason);
                }
            }
        }
    }

    private Path file(Blob.FileBlob blob) {
        return directory.resolve(HexFormat.of().toHexDigits(blob.number()) + SUFFIX);
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
