package dev.tributary.app.archive;

import dev.tributary.core.value.Bytes;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Set;

/** The entries of an archive. Its content is untrusted. Methods block. */
interface ArchiveReader extends Closeable {

    /** The names of all entries that {@link ArchiveEntry#named} knows. */
    Set<String> names();

    /** What is not an entry of an archive, and why it was left out. */
    List<Defect> refused();

    /**
     * Reads an entry.
     *
     * @throws NoSuchFileException if there is no such entry
     * @throws IOException if it is larger than its maximum, or cannot be read
     */
    Bytes read(ArchiveEntry entry) throws IOException;

    /** The size of an entry in bytes, or -1 if there is no such entry. */
    long size(ArchiveEntry entry) throws IOException;
}
