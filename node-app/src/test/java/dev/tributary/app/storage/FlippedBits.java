package dev.tributary.app.storage;

import dev.tributary.core.value.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Flips bits in the files of a data directory, in place, as a disk does. */
final class FlippedBits {

    private static final int BLOCK_BYTES = 4 << 10;

    private final Path data;

    FlippedBits(Path data) {
        this.data = data;
    }

    /** Flips a bit of every state and every code that is a file, at this part of its length. */
    void inBodies(double part) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("contracts").resolve("bodies"))) {
            List<Path> bodies = files.toList();
            for (Path body : bodies) {
                flip(body, (long) (Files.size(body) * part));
            }
        }
    }

    /** Flips a bit of the bytes in all places of the index where they stand. */
    void inIndex(Bytes bytes) throws IOException {
        byte[] index = Files.readAllBytes(index());
        byte[] wanted = bytes.toArray();
        int found = 0;
        for (int at = 0; at + wanted.length <= index.length; at++) {
            if (startsWith(index, at, wanted)) {
                flip(index(), at + wanted.length / 2);
                found++;
            }
        }
        if (found == 0) {
            throw new IOException("the bytes are not in " + index());
        }
    }

    /** Makes this many blocks of the index zeros, at equal distances, as a disk does that has lost them. */
    void loseIndexBlocks(int blocks) throws IOException {
        long size = Files.size(index());
        try (SeekableByteChannel channel = Files.newByteChannel(index(), StandardOpenOption.WRITE)) {
            for (int i = 1; i <= blocks; i++) {
                channel.position(size * i / (blocks + 1) / BLOCK_BYTES * BLOCK_BYTES);
                channel.write(ByteBuffer.allocate(BLOCK_BYTES));
            }
        }
    }

    /** Flips a bit in the middle of the file of this name. */
    void in(String name) throws IOException {
        flip(data.resolve(name), Files.size(data.resolve(name)) / 2);
    }

    private Path index() {
        return data.resolve("contracts").resolve("index.mv");
    }

    private static boolean startsWith(byte[] bytes, int at, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (bytes[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    static void flip(Path file, long position) throws IOException {
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.position(position).read(one);
            one.put(0, (byte) (one.get(0) ^ 4)).rewind();
            channel.position(position).write(one);
        }
    }
}
