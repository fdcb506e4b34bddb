package dev.tributary.transport.client.codec;

import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientAnswer.Announced;
import dev.tributary.transport.client.message.ClientAnswer.GetAnswer;
import dev.tributary.transport.client.message.ClientAnswer.StreamHeader;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.StreamChunk;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One connection's messages, in whole: what is too large for one message of the connection travels as several, and
 * comes out as one. The node's side reads requests and writes replies, the client's side the other way round. Reading
 * and writing may happen on different threads, each on one at a time.
 */
public final class ChunkedMessages {

    /** An encoded message larger than this is cut. */
    static final int THRESHOLD = 524_288;

    /** Stream numbers have 32 bits. */
    private static final long STREAMS = 1L << 32;

    private final ClientEncoding encoding;
    private final ClientCodec codec;
    private final ChunkAssembler incoming;
    private long next;

    /**
     * Holds as much of unfinished messages as clients may expect, 512 MiB.
     *
     * @param time tells how old unfinished messages are
     */
    public ChunkedMessages(ClientEncoding encoding, TimeSource time) {
        this(encoding, time, ChunkAssembler.MOST_HELD);
    }

    /**
     * Holds only so much of unfinished messages.
     *
     * @param time tells how old unfinished messages are
     * @param limit in bytes: a chunk beyond is refused. One message can be 64 MiB
     */
    public ChunkedMessages(ClientEncoding encoding, TimeSource time, long limit) {
        this.encoding = encoding;
        this.codec = encoding.codec();
        this.incoming = new ChunkAssembler(time, limit);
    }

    /** How many bytes of unfinished incoming messages are held. */
    public long held() {
        return incoming.held();
    }

    /** How many bytes the unfinished incoming messages will have: as announced, else counted in whole chunks. */
    public long expected() {
        return incoming.expected();
    }

    /**
     * The request that this message is or completes; empty as long as chunks are missing. Throws
     * {@link ClientDecodingException}, after which the next message may be read.
     */
    public Optional<ClientRequest> readRequest(byte[] message) {
        ClientRequest request = codec.decodeRequest(message);
        return request instanceof StreamChunk chunk
                ? incoming.accept(chunk).map(codec::decodeRequest).map(ChunkedMessages::notAgain)
                : Optional.of(request);
    }

    /**
     * The reply that this message is or completes; empty as long as chunks are missing. Throws
     * {@link ClientDecodingException}, after which the next message may be read.
     */
    public Optional<ClientReply> readReply(byte[] message) {
        ClientReply reply = codec.decodeAnswer(message);
        if (reply instanceof StreamHeader header) {
            incoming.announce(header);
            return Optional.empty();
        }
        return reply instanceof StreamChunk chunk
                ? incoming.accept(chunk).map(codec::decodeAnswer).map(ChunkedMessages::notAgain)
                : Optional.of(reply);
    }

    /**
     * The messages to send for this request, in order; each is made when it is asked for, once or again. Throws
     * {@link PayloadTooLargeException} if they would be more than the other side accepts.
     */
    public List<byte[]> writeRequest(ClientRequest request) {
        byte[] whole = codec.encodeRequest(request);
        return whole.length <= THRESHOLD ? List.of(whole) : new Pieces(whole, stream(whole), codec::encodeRequest);
    }

    /**
     * The messages to send for this reply, in order; each is made when it is asked for, once or again. In the native
     * encoding a state that is cut is announced first. Throws {@link PayloadTooLargeException} if they would be more
     * than the other side accepts.
     */
    public List<byte[]> writeReply(ClientReply reply) {
        byte[] whole = reply instanceof ClientError error
                ? codec.encodeError(error)
                : codec.encodeAnswer((ClientAnswer) reply);
        if (whole.length <= THRESHOLD) {
            return List.of(whole);
        }
        long stream = stream(whole);
        List<byte[]> pieces = new Pieces(whole, stream, codec::encodeAnswer);
        if (encoding == ClientEncoding.NATIVE && reply instanceof GetAnswer get) {
            Announced content = new Announced(get.key(), get.contract().isPresent());
            return new Headed(codec.encodeAnswer(new StreamHeader(stream, whole.length, Optional.of(content))), pieces);
        }
        return pieces;
    }

    private long stream(byte[] whole) {
        long limit = (long) ChunkAssembler.MAX_CHUNKS * ChunkAssembler.CHUNK;
        if (whole.length > limit) {
            throw new PayloadTooLargeException("the encoded message", whole.length, limit);
        }
        long stream = next;
        next = (next + 1) % STREAMS;
        return stream;
    }

    private static <T> T notAgain(T message) {
        if (message instanceof StreamChunk || message instanceof StreamHeader) {
            throw ClientDecodingException.refused("unsupported operation: chunks inside of chunks");
        }
        return message;
    }

    /** A message cut into chunks. */
    private static final class Pieces extends AbstractList<byte[]> {

        private final byte[] whole;
        private final long stream;
        private final int total;
        private final Function<StreamChunk, byte[]> encode;

        Pieces(byte[] whole, long stream, Function<StreamChunk, byte[]> encode) {
            this.whole = whole;
            this.stream = stream;
            this.total = (whole.length + ChunkAssembler.CHUNK - 1) / ChunkAssembler.CHUNK;
            this.encode = encode;
        }

        @Override
        public byte[] get(int index) {
            int start = index * ChunkAssembler.CHUNK;
            int end = Math.min(start + ChunkAssembler.CHUNK, whole.length);
            Bytes data = Bytes.wrap(Arrays.copyOfRange(whole, start, end));
            return encode.apply(new StreamChunk(stream, index, total, data));
        }

        @Override
        public int size() {
            return total;
        }
    }

    /** Something before the chunks. */
    private static final class Headed extends AbstractList<byte[]> {

        private final byte[] head;
        private final List<byte[]> pieces;

        Headed(byte[] head, List<byte[]> pieces) {
            this.head = head;
            this.pieces = pieces;
        }

        @Override
        public byte[] get(int index) {
            return index == 0 ? head : pieces.get(index - 1);
        }

        @Override
        public int size() {
            return pieces.size() + 1;
        }
    }
}
