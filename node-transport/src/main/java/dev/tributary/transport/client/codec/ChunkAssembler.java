package dev.tributary.transport.client.codec;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.message.ClientAnswer.StreamHeader;
import dev.tributary.transport.client.message.StreamChunk;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts the chunks of one direction of one connection together again, in whatever order they come. What it holds is
 * bounded: at most {@link #MAX_STREAMS} unfinished messages of {@link #MAX_CHUNKS} chunks of {@link #CHUNK} bytes, and
 * together no more bytes than the limit that it is made with. A chunk that is refused changes nothing. For one thread.
 */
final class ChunkAssembler {

    /** The size of every chunk but the last of a message. */
    static final int CHUNK = 262_144;

    /** As many chunks as a message may have: 64 MiB in all. */
    static final int MAX_CHUNKS = 256;

    /** Unfinished messages at a time. */
    static final int MAX_STREAMS = 8;

    /** How long a message may be unfinished, from its first chunk. Looked at when a chunk arrives. */
    static final Duration LIFETIME = Duration.ofSeconds(60);

    /** As much as all unfinished messages can be: 512 MiB. */
    static final long MOST_HELD = (long) MAX_STREAMS * MAX_CHUNKS * CHUNK;

    private final TimeSource time;
    private final long limit;
    private final Map<Long, Stream> streams = new LinkedHashMap<>();
    private final Map<Long, Long> announced = new LinkedHashMap<>();
    private long held;

    ChunkAssembler(TimeSource time, long limit) {
        this.time = time;
        this.limit = limit;
    }

    /** How many bytes of unfinished messages are held. */
    long held() {
        return held;
    }

    /** How many bytes the unfinished messages will have: as announced, else counted in whole chunks. */
    long expected() {
        long expected = 0;
        for (Map.Entry<Long, Stream> each : streams.entrySet()) {
            long chunks = (long) each.getValue().pieces.length * CHUNK;
            expected += announced.getOrDefault(each.getKey(), chunks);
        }
        return expected;
    }

    /** Remembers how large a message is going to be. The oldest of too many announcements is forgotten. */
    void announce(StreamHeader header) {
        announced.put(header.stream(), header.totalBytes());
        if (announced.size() > MAX_STREAMS) {
            announced.remove(announced.keySet().iterator().next());
        }
    }

    /**
     * The message that this chunk completes, if it does. Throws {@link ClientDecodingException} for a chunk that breaks
     * a rule, and for a complete message that is not as large as was announced.
     */
    Optional<byte[]> accept(StreamChunk chunk) {
        checkShape(chunk);
        forgetOld();
        checkRoom(chunk);
        Stream stream = streams.get(chunk.stream());
        if (stream == null) {
            stream = open(chunk);
        }
        if (chunk.total() != stream.pieces.length) {
            throw ClientDecodingException.refused("stream " + chunk.stream() + " has " + stream.pieces.length
                    + " chunks by its first, not " + chunk.total());
        }
        if (!stream.add(chunk)) {
            throw ClientDecodingException.refused(
                    "stream " + chunk.stream() + ": chunk " + chunk.index() + " came before");
        }
        held += chunk.data().size();
        if (stream.missing > 0) {
            return Optional.empty();
        }
        streams.remove(chunk.stream());
        held -= stream.size;
        checkAnnounced(chunk.stream(), stream.size);
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
        if (chunk.data().size() > CHUNK) {
            throw ClientDecodingException.refused("stream " + chunk.stream() + ": a chunk has at most " + CHUNK
                    + " bytes, not " + chunk.data().size());
        }
    }

    private void checkRoom(StreamChunk chunk) {
        if (held + chunk.data().size() > limit) {
            throw ClientDecodingException.refused("stream " + chunk.stream() + ": " + held
                    + " bytes of unfinished messages are held, and at most " + limit + " are allowed");
        }
    }

    private void forgetOld() {
        long now = time.nanos();
        streams.values().removeIf(stream -> {
            boolean old = now - stream.started > LIFETIME.toNanos();
            held -= old ? stream.size : 0;
            return old;
        });
    }

    private Stream open(StreamChunk chunk) {
        if (streams.size() == MAX_STREAMS) {
            throw ClientDecodingException.refused("stream " + chunk.stream() + ": " + MAX_STREAMS
                    + " messages are unfinished, and no more are allowed");
        }
        Stream stream = new Stream((int) chunk.total(), time.nanos());
        streams.put(chunk.stream(), stream);
        return stream;
    }

    private void checkAnnounced(long id, int size) {
        Long expected = announced.remove(id);
        if (expected != null && (size < expected || size - CHUNK > expected)) {
            throw ClientDecodingException.refused(
                    "stream " + id + ": " + expected + " bytes were announced, and " + size + " came");
        }
    }

    /** One unfinished message. */
    private static final class Stream {

        private final @Nullable Bytes[] pieces;
        private final long started;
        private int missing;
        private int size;

        Stream(int total, long started) {
            this.pieces = new Bytes[total];
            this.started = started;
            this.missing = total;
        }

        /** Whether the chunk is new. */
        boolean add(StreamChunk chunk) {
            int index = (int) chunk.index();
            if (pieces[index] != null) {
                return false;
            }
            pieces[index] = chunk.data();
            missing--;
            size += chunk.data().size();
            return true;
        }

        byte[] join() {
            byte[] whole = new byte[size];
            int at = 0;
            for (Bytes piece : pieces) {
                if (piece != null) {
                    piece.toBuffer().get(whole, at, piece.size());
                    at += piece.size();
                }
            }
            return whole;
        }
    }
}
