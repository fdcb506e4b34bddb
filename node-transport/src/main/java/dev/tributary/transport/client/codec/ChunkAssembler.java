package dev.tributary.transport.client.codec;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.message.ClientAnswer.StreamHeader;
import dev.tributary.transport.client.message.StreamChunk;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Reassembles messages from the chunks of one direction of one connection, which may arrive in any order. Buffers at
 * most {@link #MAX_STREAMS} incomplete messages of {@link #MAX_CHUNKS} chunks of {@link #CHUNK_BYTES} bytes, and no more
 * bytes in total than the limit given at construction. A refused chunk does not change the state. Not thread-safe.
 */
final class ChunkAssembler {

    /** Size in bytes of every chunk of a message except the last. */
    static final int CHUNK_BYTES = 262_144;

    /** Maximum number of chunks of a message: 64 MiB in total. */
    static final int MAX_CHUNKS = 256;

    /** Maximum number of incomplete messages at a time. */
    static final int MAX_STREAMS = 8;

    /** Time after which an incomplete message is discarded, from its first chunk. Checked when a chunk arrives. */
    static final Duration MESSAGE_TIMEOUT = Duration.ofSeconds(60);

    /** Maximum number of bytes of all incomplete messages: 512 MiB. */
    static final long MAX_BUFFERED_BYTES = (long) MAX_STREAMS * MAX_CHUNKS * CHUNK_BYTES;

    private final TimeSource time;
    private final long limit;
    private final Map<Long, PartialMessage> streams = new LinkedHashMap<>();
    private final BoundedMap<Long, Long> announced = BoundedMap.leastRecentlyWritten(MAX_STREAMS);
    private long bufferedBytes;

    ChunkAssembler(TimeSource time, long limit) {
        this.time = time;
        this.limit = limit;
    }

    /** Number of buffered bytes of incomplete messages. */
    long bufferedBytes() {
        return bufferedBytes;
    }

    /** Discards the incomplete messages. */
    void clear() {
        streams.clear();
        bufferedBytes = 0;
    }

    /** Total size of the incomplete messages in bytes: the announced size, or the size of all chunks. */
    long expectedBytes() {
        long expected = 0;
        for (Map.Entry<Long, PartialMessage> entry : streams.entrySet()) {
            long chunkBytes = (long) entry.getValue().chunks() * CHUNK_BYTES;
            expected += Objects.requireNonNullElse(announced.get(entry.getKey()), chunkBytes);
        }
        return expected;
    }

    /** Records the announced size of a message. When there are too many announcements, the oldest is discarded. */
    void announce(StreamHeader header) {
        announced.put(header.stream(), header.totalBytes());
    }

    /**
     * Adds a chunk and returns the message if the chunk completes it. Throws {@link ClientDecodingException} for a
     * chunk that violates a limit, and for a complete message whose size differs from the announced size.
     */
    Optional<byte[]> accept(StreamChunk chunk) {
        checkShape(chunk);
        discardExpired();
        checkLimit(chunk);
        PartialMessage stream = streams.get(chunk.stream());
        if (stream == null) {
            stream = open(chunk);
        }
        if (chunk.total() != stream.chunks()) {
            throw ClientDecodingException.refused("stream " + chunk.stream() + " has " + stream.chunks()
                    + " chunks according to its first chunk, not " + chunk.total());
        }
        if (!stream.add(chunk)) {
            throw ClientDecodingException.refused(
                    "stream " + chunk.stream() + ": chunk " + chunk.index() + " was received before");
        }
        bufferedBytes += chunk.data().size();
        if (!stream.isComplete()) {
            return Optional.empty();
        }
        streams.remove(chunk.stream());
        bufferedBytes -= stream.size();
        checkAnnounced(chunk.stream(), stream.size());
        return Optional.of(stream.join());
    }

    private static void checkShape(StreamChunk chunk) {
        if (chunk.total() == 0 || chunk.total() > MAX_CHUNKS) {
            throw ClientDecodingException.refused("stream " + chunk.stream() + ": a message has 1 to " + MAX_CHUNKS
                    + " chunks, not " + chunk.total());
        }
        if (chunk.index() >= chunk.total()) {
            throw ClientDecodingException.refused(
                    "stream " + chunk.stream() + ": there is no chunk " + chunk.index() + " of " + chunk.total());
        }
        if (chunk.data().size() > CHUNK_BYTES) {
            throw ClientDecodingException.refused("stream " + chunk.stream() + ": a chunk has at most " + CHUNK_BYTES
                    + " bytes, not " + chunk.data().size());
        }
    }

    private void checkLimit(StreamChunk chunk) {
        if (bufferedBytes + chunk.data().size() > limit) {
            throw ClientDecodingException.refused("stream " + chunk.stream() + ": " + bufferedBytes
                    + " bytes of incomplete messages are buffered, and at most " + limit + " are allowed");
        }
    }

    private void discardExpired() {
        long now = time.nanos();
        streams.values().removeIf(stream -> {
            boolean isExpired = now - stream.startedNanos() > MESSAGE_TIMEOUT.toNanos();
            bufferedBytes -= isExpired ? stream.size() : 0;
            return isExpired;
        });
    }

    private PartialMessage open(StreamChunk chunk) {
        if (streams.size() == MAX_STREAMS) {
            throw ClientDecodingException.refused("stream " + chunk.stream() + ": " + MAX_STREAMS
                    + " messages are incomplete, and no more are allowed");
        }
        PartialMessage stream = new PartialMessage((int) chunk.total(), time.nanos());
        streams.put(chunk.stream(), stream);
        return stream;
    }

    private void checkAnnounced(long id, int size) {
        Long expected = announced.remove(id);
        if (expected != null && (size < expected || size - CHUNK_BYTES > expected)) {
            throw ClientDecodingException.refused(
                    "stream " + id + ": " + expected + " bytes were announced, and " + size + " were received");
        }
    }
}
