package dev.tributary.transport.client.codec;

import dev.tributary.core.value.Bytes;
import dev.tributary.transport.client.message.StreamChunk;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One message of which chunks are missing. */
final class PartialMessage {

    private final @Nullable Bytes[] chunks;
    private final long startedNanos;
    private int size;

    PartialMessage(int total, long startedNanos) {
        this.chunks = new Bytes[total];
        this.startedNanos = startedNanos;
    }

    /** Number of chunks of the whole message. */
    int chunks() {
        return chunks.length;
    }

    long startedNanos() {
        return startedNanos;
    }

    /** Size of the received chunks in bytes. */
    int size() {
        return size;
    }

    boolean isComplete() {
        return !Arrays.asList(chunks).contains(null);
    }

    /** Adds the chunk; returns false if it was received before. */
    boolean add(StreamChunk chunk) {
        int index = (int) chunk.index();
        if (chunks[index] != null) {
            return false;
        }
        chunks[index] = chunk.data();
        size += chunk.data().size();
        return true;
    }

    byte[] join() {
        ByteBuffer whole = ByteBuffer.allocate(size);
        for (Bytes chunk : chunks) {
            if (chunk != null) {
                whole.put(chunk.toBuffer());
            }
        }
        return whole.array();
    }
}
