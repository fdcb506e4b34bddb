package dev.tributary.transport.client;

import dev.tributary.core.limit.Permits;
import dev.tributary.transport.client.http.HttpBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import reactor.core.publisher.SynchronousSink;

/** An open file that is read in pieces. The size of its pieces is taken from a budget until it is closed. Blocks. */
final class FilePieces {

    /** Size of a piece within the budget, in bytes. */
    private static final int PIECE_BYTES = 64 << 10;

    /** Size of a piece when the budget is used up, in bytes. */
    private static final int SMALL_PIECE_BYTES = 4 << 10;

    private final InputStream file;
    private final Permits budget;
    private final boolean isShared;

    private long rest;

    private FilePieces(InputStream file, long size, Permits budget) {
        this.file = file;
        this.rest = size;
        this.budget = budget;
        this.isShared = budget.tryAcquire(PIECE_BYTES);
    }

    static FilePieces open(HttpBody.OfFile part, Permits budget) throws IOException {
        InputStream file = Files.newInputStream(part.path());
        try {
            file.skipNBytes(part.from());
        } catch (IOException failure) {
            file.close();
            throw failure;
        }
        return new FilePieces(file, part.size(), budget);
    }

    /** Emits the next piece, or completes at the end of the part. */
    FilePieces next(SynchronousSink<byte[]> sink) {
        try {
            byte[] piece = file.readNBytes((int) Math.min(rest, isShared ? PIECE_BYTES : SMALL_PIECE_BYTES));
            rest -= piece.length;
            if (piece.length == 0) {
                sink.complete();
            } else {
                sink.next(piece);
            }
        } catch (IOException e) {
            sink.error(e);
        }
        return this;
    }

    void close() {
        if (isShared) {
            budget.release(PIECE_BYTES);
        }
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
