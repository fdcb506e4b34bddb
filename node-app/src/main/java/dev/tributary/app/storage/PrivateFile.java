package dev.tributary.app.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** A small file that its owner alone may read, and that is there whole or not at all. */
record PrivateFile(Path path) {

    private static final Disk DISK = new Disk();

    /** Puts this content in the place of the old, and waits for the disk. After a failure the old one is there. */
    void write(byte[] content) throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(unfinished, options, DataDirectory.ownerOnly("rw-------"))) {
            for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining(); ) {
                channel.write(rest);
            }
            channel.force(true);
        }
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
        DISK.sync(path.resolveSibling(""));
    }
}
