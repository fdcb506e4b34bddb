package dev.tributary.app.storage;

import dev.tributary.core.value.Bytes;
import dev.tributary.transport.files.OwnerOnly;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** The file operations that can fail part-way, in one class so that tests can inject failures. */
class Disk {

    /** Chunk size in bytes: the JDK copies each chunk to native memory and caches a buffer of that size per thread. */
    private static final int CHUNK_BYTES = 256 << 10;

    private static final Set<StandardOpenOption> NEW_FILE =
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

    private static final Set<StandardOpenOption> ANY_FILE = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE);

    /** Writes a new file, of its owner only, without syncing it. A failure may leave a partial file. */
    void write(Path file, Bytes bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, NEW_FILE, OwnerOnly.file(file))) {
            for (ByteBuffer remaining = bytes.toBuffer(); remaining.hasRemaining(); ) {
                ByteBuffer chunk = remaining.slice(remaining.position(), Math.min(CHUNK_BYTES, remaining.remaining()));
                remaining.position(remaining.position() + channel.write(chunk));
            }
        }
    }

    /** Writes into a file of its owner only, which is created if it is missing, without syncing it. */
    void overwrite(Path file, long position, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, ANY_FILE, OwnerOnly.file(file))) {
            for (ByteBuffer remaining = ByteBuffer.wrap(bytes); remaining.hasRemaining(); ) {
                channel.write(remaining, position + remaining.position());
            }
        }
    }

    /** Renames a file within its file system, atomically, without syncing either directory. */
    void move(Path file, Path target) throws IOException {
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes a file, and returns whether it existed. */
    boolean delete(Path file) throws IOException {
        return Files.deleteIfExists(file);
    }

    /** Syncs a file's content, or a directory's entries, to disk. */
    void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Reads the whole file; fails if it does not have exactly that size. */
    Bytes read(Path file, int size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() != size) {
                throw new IOException(file + " has " + channel.size() + " bytes instead of " + size);
            }
            byte[] bytes = new byte[size];
            for (int offset = 0; offset < size; ) {
                int read = channel.read(ByteBuffer.wrap(bytes, offset, Math.min(CHUNK_BYTES, size - offset)));
                if (read < 0) {
                    throw new EOFException(file + " ends after " + offset + " bytes instead of " + size);
                }
                offset += read;
            }
            return Bytes.wrap(bytes);
        }
    }

    /** Number of bytes that this process may still write to the disk of the directory. */
    long usableSpace(Path directory) {
        return directory.toFile().getUsableSpace();
    }

    /** Size of the disk of the directory in bytes. */
    long totalSpace(Path directory) {
        return directory.toFile().getTotalSpace();
    }

    /** The name that the index library opens the file with. */
    String indexName(Path file) {
        return file.toString();
    }
}
