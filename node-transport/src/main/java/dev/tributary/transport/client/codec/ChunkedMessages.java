package dev.tributary.transport.client.codec;

import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientAnswer.AnnouncedState;
import dev.tributary.transport.client.message.ClientAnswer.GetAnswer;
import dev.tributary.transport.client.message.ClientAnswer.StreamHeader;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.StreamChunk;
import java.util.List;
import java.util.Optional;

/**
 * Encodes and decodes the messages of one connection, and splits large messages into chunks that the receiver
 * reassembles. The node reads requests and writes replies; the client writes requests and reads replies. One thread at
 * a time may read, and one thread at a time may write.
 */
public final class ChunkedMessages {

    /** Size in bytes above which an encoded message is split into chunks. */
    static final int SPLIT_THRESHOLD = 524_288;

    /** Number of stream ids, which have 32 bits. */
    private static final long STREAM_IDS = 1L << 32;

    private final ClientEncoding encoding;
    private final ClientCodec codec;
    private final ChunkAssembler assembler;
    private long nextStream;

    /**
     * Buffers up to 512 MiB of incomplete messages, as much as clients may expect.
     *
     * @param time clock that gives the age of incomplete messages
     */
    public ChunkedMessages(ClientEncoding encoding, TimeSource time) {
        this(encoding, time, ChunkAssembler.MAX_BUFFERED_BYTES);
    }

    /**
     * Buffers incomplete messages up to a limit.
     *
     * @param time clock that gives the age of incomplete messages
     * @param limit maximum number of buffered bytes; a chunk that would exceed it is refused. One message can be 64 MiB
     */
    public ChunkedMessages(ClientEncoding encoding, TimeSource time, long limit) {
        this.encoding = encoding;
        this.codec = encoding.codec();
        this.assembler = new ChunkAssembler(time, limit);
    }

    /** Number of buffered bytes of incomplete incoming messages. */
    public long bufferedBytes() {
        return assembler.bufferedBytes();
    }

    /** Discards the incomplete incoming messages. */
    public void discardIncomplete() {
        assembler.clear();
    }

    /** Total size of the incomplete incoming messages in bytes: the announced size, or the size of all chunks. */
    public long expectedBytes() {
        return assembler.expectedBytes();
    }

    /**
     * Returns the request that this message contains or completes; empty while chunks are missing. Throws
     * {@link ClientDecodingException}; the next message may still be read.
     */
    public Optional<ClientRequest> readRequest(byte[] message) {
        ClientRequest request = codec.decodeRequest(message);
        return request instanceof StreamChunk chunk
                ? assembler.accept(chunk).map(codec::decodeRequest).map(ChunkedMessages::rejectNested)
                : Optional.of(request);
    }

    /**
     * Returns the reply that this message contains or completes; empty while chunks are missing. Throws
     * {@link ClientDecodingException}; the next message may still be read.
     */
    public Optional<ClientReply> readReply(byte[] message) {
        ClientReply reply = codec.decodeAnswer(message);
        return switch (reply.family()) {
            case ANSWER -> readAnswer((ClientAnswer) reply);
            case ERROR -> Optional.of(reply);
        };
    }

    private Optional<ClientReply> readAnswer(ClientAnswer answer) {
        return switch (answer.answerKind()) {
            case STREAM_HEADER -> {
                assembler.announce((StreamHeader) answer);
                yield Optional.empty();
            }
            case STREAM_CHUNK ->
                assembler.accept((StreamChunk) answer).map(codec::decodeAnswer).map(ChunkedMessages::rejectNested);
            case PUT, GET, UPDATE, SUBSCRIBE, UPDATE_NOTIFICATION, NOT_FOUND, DELEGATE, OK, QUERY ->
                Optional.of(answer);
        };
    }

    /**
     * Returns the messages to send for this request, in order; each is encoded on every access. Throws
     * {@link PayloadTooLargeException} if the request exceeds what the receiver accepts.
     */
    public List<byte[]> writeRequest(ClientRequest request) {
        byte[] encoded = codec.encodeRequest(request);
        return encoded.length <= SPLIT_THRESHOLD
                ? List.of(encoded)
                : new ChunkList(encoded, nextStream(encoded), codec::encodeRequest);
    }

    /**
     * Returns the messages to send for this reply, in order; each is encoded on every access. In the native encoding a
     * header announces a state that is split. Throws {@link PayloadTooLargeException} if the reply exceeds what the
     * receiver accepts.
     */
    public List<byte[]> writeReply(ClientReply reply) {
        byte[] encoded = encode(reply);
        if (encoded.length <= SPLIT_THRESHOLD) {
            return List.of(encoded);
        }
        long stream = nextStream(encoded);
        List<byte[]> chunks = new ChunkList(encoded, stream, codec::encodeAnswer);
        if (encoding == ClientEncoding.NATIVE && reply instanceof GetAnswer get) {
            AnnouncedState content =
                    new AnnouncedState(get.key(), get.contract().isPresent());
            StreamHeader header = new StreamHeader(stream, encoded.length, Optional.of(content));
            return new PrefixedList(codec.encodeAnswer(header), chunks);
        }
        return chunks;
    }

    private byte[] encode(ClientReply reply) {
        return switch (reply.family()) {
            case ANSWER -> codec.encodeAnswer((ClientAnswer) reply);
            case ERROR -> codec.encodeError((ClientError) reply);
        };
    }

    private long nextStream(byte[] encoded) {
        long limit = (long) ChunkAssembler.MAX_CHUNKS * ChunkAssembler.CHUNK_BYTES;
        if (encoded.length > limit) {
            throw new PayloadTooLargeException("the encoded message", encoded.length, limit);
        }
        long stream = nextStream;
        nextStream = (nextStream + 1) % STREAM_IDS;
        return stream;
    }

    private static ClientRequest rejectNested(ClientRequest request) {
        return switch (request.requestKind()) {
            case STREAM_CHUNK -> throw nestedChunks();
            case PUT, UPDATE, GET, SUBSCRIBE, DELEGATE, DISCONNECT, AUTHENTICATE, CLOSE, QUERY -> request;
        };
    }

    private static ClientReply rejectNested(ClientReply reply) {
        return switch (reply.family()) {
            case ANSWER -> rejectNested((ClientAnswer) reply);
            case ERROR -> reply;
        };
    }

    private static ClientReply rejectNested(ClientAnswer answer) {
        return switch (answer.answerKind()) {
            case STREAM_CHUNK, STREAM_HEADER -> throw nestedChunks();
            case PUT, GET, UPDATE, SUBSCRIBE, UPDATE_NOTIFICATION, NOT_FOUND, DELEGATE, OK, QUERY -> answer;
        };
    }

    private static ClientDecodingException nestedChunks() {
        return ClientDecodingException.refused("unsupported operation: nested chunks");
    }
}
