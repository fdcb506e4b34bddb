package dev.tributary.app.archive;

import dev.tributary.core.value.Bytes;
import java.io.Closeable;
import java.io.IOException;

/** An archive that is being written. Closing it without {@link #complete} keeps what was there before. Methods block. */
interface ArchiveTarget extends Closeable {

    /** What the archive already has. */
    ArchiveReader existing();

    /** Writes an entry, or replaces it as a whole. */
    void write(ArchiveEntry entry, Bytes content) throws IOException;

    /** Makes all entries durable, then writes the last one. */
    void complete(Bytes inventory) throws IOException;

    /** Removes an entry. Called after {@link #complete} only. */
    void remove(ArchiveEntry entry) throws IOException;
}
