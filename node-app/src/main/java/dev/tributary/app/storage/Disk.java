package dev.tributary.app.storage;

import dev.tributary.core.value.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file operations that can fail half-way, in one place so that a test can make them fail. */
class Disk {

    /** The JDK copies each piece to native memory of the same size and keeps that for the thread. */
    private static final int PIECE = 256 << 10;

    /** Writes a new file. After a failure a part of it may be there. */
    void write(Path file, Bytes bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            for (ByteBuffer rest = bytes.toBuffer(); rest.hasRemaining(); ) {
                ByteBuffer piece = rest.slice(rest.position(), Math.min(PIECE, rest.remaining()));
                rest.position(rest.position() + channel.write(piece));
            }
        }
    }

    /** Waits until the disk has what was written to the file, or which files are in the directory. */
    void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Reads the whole file, which must have exactly that size. */
    Bytes read(Path file, int size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() != size) {
                throw new IOException(file + " has " + channel.size() + " bytes instead of " + size);
            }
            byte[] bytes = new byte[size];
            for (int at = 0; at < size; ) {
                int read = channel.read(ByteBuffer.wrap(bytes, at, Math.min(PIECE, size - at)));
                if (read < 0) {
                    throw new EOFException(file + " ends after " + at + " bytes instead of " + size);
                }
                at += read;
            }
            return Bytes.wrap(bytes);
        }
    }

    /** The name under which the index opens its file. */
    String indexName(Path file) {
        return file.toString();
    }
}
