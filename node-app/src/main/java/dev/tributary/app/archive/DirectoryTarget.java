package dev.tributary.app.archive;

import dev.tributary.core.value.Bytes;
import dev.tributary.transport.files.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An archive in a directory, which may hold an earlier backup: a file is written under another name, synced and
 * renamed, so each entry is the old or the new one at any moment. Locked by one process.
 */
final class DirectoryTarget implements ArchiveTarget {

    private static final String LOCK = ".lock";
    private static final List<String> FOLDERS = List.of(ArchiveEntry.CONTRACTS, ArchiveEntry.STATES, ArchiveEntry.CODE);

    private final Path directory;
    private final FileChannel lock;

    private DirectoryTarget(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Opens the directory, or creates it.
     *
     * @throws ArchiveException if it holds anything but an archive, or is in use
     */
    static DirectoryTarget open(Path directory) throws IOException {
        if (Files.isDirectory(directory) && Files.notExists(directory.resolve(ArchiveEntry.MANIFEST.name()))) {
            requireEmpty(directory);
        }
        OwnerOnly.createDirectories(directory);
        FileChannel lock = lock(directory);
        try {
            for (String folder : FOLDERS) {
                OwnerOnly.createDirectories(directory.resolve(folder));
            }
            return new DirectoryTarget(directory, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static void requireEmpty(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            Set<String> own = Set.of(LOCK, "contracts", "states", "code");
            children.map(child -> child.getFileName().toString())
                    .filter(name -> !own.contains(name))
                    .findFirst()
                    .ifPresent(name -> {
                        throw new ArchiveException("the directory " + directory + " is no archive, and not empty ("
                                + name + "): name an empty or a new directory");
                    });
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        Path file = directory.resolve(LOCK);
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

    @Override
    public ArchiveReader existing() {
        try {
            return DirectoryReader.open(directory);
        } catch (IOException e) {
            throw new ArchiveException("cannot read the archive " + directory + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void write(ArchiveEntry entry, Bytes content) throws IOException {
        Path file = directory.resolve(entry.name());
        Path temporary = file.resolveSibling("." + file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(temporary, options, OwnerOnly.file(temporary))) {
            for (ByteBuffer remaining = content.toBuffer(); remaining.hasRemaining(); ) {
                channel.write(remaining);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void complete(Bytes inventory) throws IOException {
        for (String folder : FOLDERS) {
            sync(directory.resolve(folder));
        }
        write(ArchiveEntry.COMPLETE, inventory);
        sync(directory);
    }

    @Override
    public void remove(ArchiveEntry entry) throws IOException {
        Files.deleteIfExists(directory.resolve(entry.name()));
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
