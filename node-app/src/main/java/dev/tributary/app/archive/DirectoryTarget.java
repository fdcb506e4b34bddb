package dev.tributary.app.archive;

import dev.tributary.core.value.Bytes;
import dev.tributary.transport.files.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An archive in a directory, which may hold an earlier backup: a file is written under another name, synced and
 * renamed, so each entry is the old or the new one at any moment. Locked by one process.
 */
final class DirectoryTarget implements ArchiveTarget {

    private static final String TEMPORARY = ".new";
    private static final List<String> FOLDERS = List.of(ArchiveEntry.CONTRACTS, ArchiveEntry.STATES, ArchiveEntry.CODE);

    /** Maximum number of written files that are not synced yet: synced together they cost little more than one. */
    private static final int BATCH = 512;

    /** Number of written bytes from which files are synced. */
    private static final long BATCH_BYTES = 64L << 20;

    private final Path directory;
    private final FileChannel lock;
    private final List<ArchiveEntry> pending = new ArrayList<>();
    private long pendingBytes;

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
        create(directory);
        FileChannel lock = DirectoryLock.take(directory);
        try {
            for (String folder : FOLDERS) {
                create(directory.resolve(folder));
                removeTemporaryFiles(directory.resolve(folder));
            }
            return new DirectoryTarget(directory, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Creates a missing directory for its owner only; the access to an existing one is the operator's choice. */
    private static void create(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            OwnerOnly.createDirectories(directory);
        }
    }

    /** Removes what a killed backup left. */
    private static void removeTemporaryFiles(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*" + TEMPORARY)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    private static void requireEmpty(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            Set<String> own = Set.of(DirectoryLock.NAME, "contracts", "states", "code");
            children.map(child -> child.getFileName().toString())
                    .filter(name -> !own.contains(name))
                    .findFirst()
                    .ifPresent(name -> {
                        throw new ArchiveException("the directory " + directory + " is no archive, and not empty ("
                                + name + "): name an empty or a new directory");
                    });
        }
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
        Path temporary = temporary(file);
        Files.deleteIfExists(temporary);
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(temporary, options, OwnerOnly.file(temporary))) {
            for (ByteBuffer remaining = content.toBuffer(); remaining.hasRemaining(); ) {
                channel.write(remaining);
            }
        }
        pending.add(entry);
        pendingBytes += content.size();
        if (pending.size() >= BATCH || pendingBytes >= BATCH_BYTES) {
            flush();
        }
    }

    /** Syncs the written files, then renames them: metadata last, when what it names is durable. */
    private void flush() throws IOException {
        ParallelSync.sync(pending.stream()
                .map(entry -> temporary(directory.resolve(entry.name())))
                .toList());
        rename(false);
        syncFolders();
        rename(true);
        pending.clear();
        pendingBytes = 0;
    }

    private void rename(boolean isMetadata) throws IOException {
        for (ArchiveEntry entry : pending) {
            if ((entry.kind() == ArchiveEntry.Kind.CONTRACT) == isMetadata) {
                Path file = directory.resolve(entry.name());
                Files.move(temporary(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static Path temporary(Path file) {
        return file.resolveSibling("." + file.getFileName() + TEMPORARY);
    }

    @Override
    public void complete(Bytes inventory) throws IOException {
        flush();
        syncFolders();
        write(ArchiveEntry.COMPLETE, inventory);
        flush();
        ParallelSync.sync(directory);
    }

    private void syncFolders() throws IOException {
        for (String folder : FOLDERS) {
            ParallelSync.sync(directory.resolve(folder));
        }
    }

    @Override
    public void remove(ArchiveEntry entry) throws IOException {
        Files.deleteIfExists(directory.resolve(entry.name()));
    }

    @Override
    public void close() throws IOException {
        try {
            flush(); // what an interrupted backup wrote is of use to the next one
        } finally {
            lock.close();
        }
    }
}
