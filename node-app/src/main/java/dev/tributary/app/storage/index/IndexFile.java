package dev.tributary.app.storage.index;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.SFChunk;
import org.h2.mvstore.SingleFileStore;
import org.jspecify.annotations.Nullable;

/**
 * The file of the index library, used so that a power cut leaves a committed version. The library appends each commit as a
 * chunk, and its file header names a recent one. Nothing orders the two on the disk until the sync, so the header is never
 * trusted: every start scans the file for its newest chunk. A chunk counts as written when its first and its last bytes are
 * there; what is between them is for the caller to verify, and a chunk that fails is rejected at the next opening.
 */
public final class IndexFile extends SingleFileStore {

    private static final int BLOCK_BYTES = 4 << 10;

    /** Number of bytes before which a file has its header twice, and no chunk. */
    private static final int FILE_HEADER_BYTES = 2 * BLOCK_BYTES;

    /** How a chunk's header and its footer begin. */
    private static final byte[] CHUNK_START = "chunk:".getBytes(StandardCharsets.ISO_8859_1);

    /** Number of bytes at the start of a chunk without which it is none: the sector with the chunk's header. */
    private static final int HEADER_BYTES = 512;

    /** Positions of the rejected chunks, which read as zeros until they are erased or overwritten. */
    private final Set<Long> rejected;

    private boolean closedAsIs;
    private volatile boolean isScanning;

    private IndexFile(Map<String, Object> settings, Collection<Long> rejected) {
        super(settings);
        this.rejected = new CopyOnWriteArraySet<>(rejected);
    }

    /**
     * Opens and locks the file, or creates it.
     *
     * @param name as the library's file systems name it
     * @param pageBytes size of a page above which it is split
     * @param cacheMebibytes memory for pages
     * @param rejected positions of chunks to ignore
     * @throws org.h2.mvstore.MVStoreException if the file cannot be opened or is locked
     */
    public static IndexFile open(String name, int pageBytes, int cacheMebibytes, Collection<Long> rejected) {
        IndexFile file =
                new IndexFile(Map.of("pageSplitSize", pageBytes, "cacheSize", Math.max(1, cacheMebibytes)), rejected);
        file.open(name, false, null);
        return file;
    }

    /** Opens a damaged file: a page that cannot be read is empty. Nothing may be written to it. */
    public static IndexFile openDamaged(String name, int pageBytes, Collection<Long> rejected) {
        IndexFile file = new IndexFile(Map.of("pageSplitSize", pageBytes, "recoveryMode", 1), rejected);
        file.open(name, false, null);
        return file;
    }

    /** Opens the newest version in the file; nothing is written until a commit, and no thread commits by itself. */
    public MVStore openNewest() {
        return new MVStore.Builder()
                .adoptFileStore(this)
                .autoCommitDisabled()
                .autoCommitBufferSize(0)
                .open();
    }

    /** Position of the newest chunk, or -1 if there is none. */
    public long newestChunk() {
        SFChunk newest = lastChunk;
        return newest == null ? -1 : newest.block * BLOCK_BYTES;
    }

    /** Whether the file was closed with what it was opened with: its header says so, and names the newest chunk. */
    public boolean wasClosedAsIs() {
        return closedAsIs;
    }

    /** Scans the whole file, whatever the header says. */
    @Override
    protected void readStoreHeader(boolean recoveryMode) {
        isScanning = true;
        super.readStoreHeader(true);
        isScanning = false;
        SFChunk newest = lastChunk;
        closedAsIs = newest != null
                && storeHeader.get("clean") != null
                && Long.toHexString(newest.version).equals(String.valueOf(storeHeader.get("version")));
    }

    @Override
    public ByteBuffer readFully(@Nullable SFChunk chunk, long position, int length) {
        ByteBuffer bytes = super.readFully(chunk, position, length);
        if (isScanning && chunk == null && position >= FILE_HEADER_BYTES && !isChunkStart(bytes)) {
            throw new NoChunkException(); // the library finds out by two exceptions for each block
        }
        for (long header : rejected) {
            long from = Math.max(position, header);
            long to = Math.min(position + length, header + HEADER_BYTES);
            for (long at = from; at < to; at++) {
                bytes.put((int) (at - position), (byte) 0);
            }
        }
        return bytes;
    }

    private static boolean isChunkStart(ByteBuffer bytes) {
        return bytes.remaining() >= CHUNK_START.length
                && bytes.slice(bytes.position(), CHUNK_START.length).equals(ByteBuffer.wrap(CHUNK_START));
    }

    @Override
    protected void writeFully(SFChunk chunk, long position, ByteBuffer bytes) {
        int length = bytes.remaining();
        super.writeFully(chunk, position, bytes);
        rejected.removeIf(header -> header >= position && header < position + length);
    }

    /** Syncs all writes, and erases the rejected chunks: a later version may have the same number. */
    @Override
    public void sync() {
        for (long header : rejected) {
            super.writeFully(null, header, ByteBuffer.allocate(HEADER_BYTES));
        }
        super.sync();
        rejected.clear();
    }

    /** Without a stack trace, since one is thrown for each block. */
    private static final class NoChunkException extends MVStoreException {

        private static final long serialVersionUID = 1;

        NoChunkException() {
            super(DataUtils.ERROR_FILE_CORRUPT, "no chunk begins or ends here");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
