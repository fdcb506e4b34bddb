package dev.tributary.app.archive;

import dev.tributary.core.value.Bytes;
import dev.tributary.transport.files.OwnerOnly;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A tar file, always written whole: under another name, then synced and renamed over an earlier one. */
final class TarTarget implements ArchiveTarget {

    private static final int MODE = 0100600;

    private final Path file;
    private final Path temporary;
    private final FileChannel channel;
    private final TarArchiveOutputStream tar;
    private final Set<String> written = new HashSet<>();
    private boolean isComplete;

    private TarTarget(Path file, Path temporary, FileChannel channel) {
        this.file = file;
        this.temporary = temporary;
        this.channel = channel;
        this.tar = new TarArchiveOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
    }

    /**
     * Creates the file.
     *
     * @throws ArchiveException if there is a file of that name that is no archive
     */
    static TarTarget open(Path file) throws IOException {
        if (Files.exists(file)) {
            try (TarReader earlier = TarReader.open(file)) {
                if (!earlier.names().contains(ArchiveEntry.MANIFEST.name())) {
                    throw new ArchiveException(file + " exists and is no archive: name another file");
                }
            }
        }
        // A name of its own, so that two backups at once do not mix; the later one stays.
        String suffix = "." + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".new";
        Path temporary = file.resolveSibling(file.getFileName() + suffix);
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new TarTarget(file, temporary, FileChannel.open(temporary, options, OwnerOnly.file(temporary)));
    }

    @Override
    public ArchiveReader existing() {
        return TarReader.empty();
    }

    @Override
    public void write(ArchiveEntry entry, Bytes content) throws IOException {
        if (!written.add(entry.name())) {
            throw new IOException(entry.name() + " was written already");
        }
        TarArchiveEntry header = new TarArchiveEntry(entry.name());
        header.setSize(content.size());
        header.setMode(MODE);
        tar.putArchiveEntry(header);
        tar.write(content.toArray());
        tar.closeArchiveEntry();
    }

    @Override
    public void complete(Bytes inventory) throws IOException {
        write(ArchiveEntry.COMPLETE, inventory);
        tar.finish();
        tar.flush();
        channel.force(true);
        tar.close();
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        ParallelSync.sync(file.toAbsolutePath().resolveSibling(""));
        isComplete = true;
    }

    @Override
    public void remove(ArchiveEntry entry) {
        // The file has only what this backup wrote.
    }

    @Override
    public void close() throws IOException {
        if (!isComplete) {
            channel.close();
            Files.deleteIfExists(temporary);
        }
    }
}
