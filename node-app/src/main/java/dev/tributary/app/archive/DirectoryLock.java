package dev.tributary.app.archive;

import dev.tributary.transport.files.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** The lock of an archive in a directory: one process writes to it. */
final class DirectoryLock {

    /** Name of the locked file. */
    static final String NAME = ".lock";

    private DirectoryLock() {}

    /** Takes the lock, which is held until the channel is closed. Throws {@link ArchiveException} if it is taken. */
    static FileChannel take(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OwnerOnly.file(file));
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException thisProcess) {
            // The same as a lock of another process.
        }
        channel.close();
        throw new ArchiveException(
                "another backup into " + directory + " is running: wait for it, or name another directory");
    }
}
