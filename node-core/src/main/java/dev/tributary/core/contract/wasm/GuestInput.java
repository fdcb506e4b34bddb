package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** An argument of a guest call, kept in parts so that a large state is not copied for framing. Can be read once. */
final class GuestInput {

    private final Deque<ByteBuffer> remainingParts = new ArrayDeque<>();
    private final int length;

    private GuestInput(Bytes... parts) {
        int sum = 0;
        for (Bytes part : parts) {
            sum = Math.addExact(sum, part.size());
            remainingParts.add(part.toBuffer());
        }
        length = sum;
    }

    static GuestInput of(Bytes... parts) {
        return new GuestInput(parts);
    }

    /** Total number of bytes. */
    int length() {
        return length;
    }

    /** Copies up to {@code limit} of the next bytes into the target and returns their number; 0 at the end. */
    int read(byte[] target, int limit) {
        int read = 0;
        while (read < limit && !remainingParts.isEmpty()) {
            ByteBuffer part = remainingParts.element();
            int step = Math.min(limit - read, part.remaining());
            part.get(target, read, step);
            read += step;
            if (!part.hasRemaining()) {
                remainingParts.remove();
            }
        }
        return read;
    }
}
