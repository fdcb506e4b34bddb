package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** An argument on its way into a guest, in pieces, so that a large state is not copied to be framed. Read once. */
final class GuestInput {

    private final Deque<ByteBuffer> pieces = new ArrayDeque<>();
    private final int length;

    private GuestInput(Bytes... parts) {
        int sum = 0;
        for (Bytes part : parts) {
            sum = Math.addExact(sum, part.size());
            pieces.add(part.toBuffer());
        }
        length = sum;
    }

    static GuestInput of(Bytes... parts) {
        return new GuestInput(parts);
    }

    /** The number of bytes altogether. */
    int length() {
        return length;
    }

    /** Moves the next bytes into the target, as many as it takes or as there are. */
    int read(byte[] target, int most) {
        int read = 0;
        while (read < most && !pieces.isEmpty()) {
            ByteBuffer piece = pieces.element();
            int step = Math.min(most - read, piece.remaining());
            piece.get(target, read, step);
            read += step;
            if (!piece.hasRemaining()) {
                pieces.remove();
            }
        }
        return read;
    }
}
