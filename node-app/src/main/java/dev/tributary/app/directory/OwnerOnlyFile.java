package dev.tributary.app.directory;

import dev.tributary.transport.files.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** A small file that only its owner may read, written atomically. */
record OwnerOnlyFile(Path path) {

    /** Replaces the content and syncs it to disk. A failure keeps the old content. */
    void write(byte[] content) throws IOException {
        Path temporary = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(temporary, options, OwnerOnly.file(temporary))) {
            for (ByteBuffer remaining = ByteBuffer.wrap(content); remaining.hasRemaining(); ) {
                channel.write(remaining);
            }
            channel.force(true);
        }
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(path.resolveSibling(""), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
