package dev.tributary.app.archive;

import dev.tributary.core.value.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An archive in a directory. Links are not followed, and names that begin with a dot are skipped. */
final class DirectoryReader implements ArchiveReader {

    private final Path directory;
    private final Set<String> names = new LinkedHashSet<>();
    private final List<Defect> refused = new ArrayList<>();

    private DirectoryReader(Path directory) {
        this.directory = directory;
    }

    /** Lists the directory. */
    static DirectoryReader open(Path directory) throws IOException {
        DirectoryReader reader = new DirectoryReader(directory);
        for (ArchiveEntry single : List.of(ArchiveEntry.MANIFEST, ArchiveEntry.COMPLETE, ArchiveEntry.IDENTITY)) {
            if (Files.exists(directory.resolve(single.name()), LinkOption.NOFOLLOW_LINKS)) {
                reader.add(single.name(), directory.resolve(single.name()));
            }
        }
        for (String folder : List.of(ArchiveEntry.CONTRACTS, ArchiveEntry.STATES, ArchiveEntry.CODE)) {
            reader.addAll(folder, directory.resolve(folder));
        }
        return reader;
    }

    private void addAll(String prefix, Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!name.startsWith(".")) {
                    add(prefix + name, file);
                }
            }
        }
    }

    private void add(String name, Path file) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            refused.add(new Defect(name, "it is no regular file"));
        } else if (ArchiveEntry.named(name).isEmpty()) {
            refused.add(new Defect(name, "an archive has no entry of this name"));
        } else {
            names.add(name);
        }
    }

    @Override
    public Set<String> names() {
        return names;
    }

    @Override
    public List<Defect> refused() {
        return refused;
    }

    @Override
    public Bytes read(ArchiveEntry entry) throws IOException {
        Path file = file(entry).orElseThrow(() -> new NoSuchFileException(entry.name()));
        long size = Files.size(file);
        requireSize(entry, size);
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] content = in.readNBytes((int) size + 1);
            if (content.length != size) {
                throw new IOException(entry.name() + " changed while it was read");
            }
            return Bytes.wrap(content);
        }
    }

    @Override
    public long size(ArchiveEntry entry) throws IOException {
        Optional<Path> file = file(entry);
        return file.isPresent() ? Files.size(file.get()) : -1;
    }

    private Optional<Path> file(ArchiveEntry entry) {
        Path file = directory.resolve(entry.name());
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Optional.of(file) : Optional.empty();
    }

    /** Fails if the entry is larger than any of its kind may be. */
    static void requireSize(ArchiveEntry entry, long size) throws IOException {
        if (size < 0 || size > entry.maxBytes()) {
            throw new IOException(
                    entry.name() + " has " + size + " bytes; at most " + entry.maxBytes() + " are allowed");
        }
    }

    @Override
    public void close() {
        // No file stays open.
    }
}
