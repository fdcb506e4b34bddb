package dev.tributary.transport.client.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.message.ClientAnswer.AnnouncedState;
import dev.tributary.transport.client.message.ClientAnswer.GetAnswer;
import dev.tributary.transport.client.message.ClientAnswer.Ok;
import dev.tributary.transport.client.message.ClientAnswer.StreamHeader;
import dev.tributary.transport.client.message.ClientAnswer.UpdateNotification;
import dev.tributary.transport.client.message.ClientError.Unhandled;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.ClientRequest.Authenticate;
import dev.tributary.transport.client.message.ClientRequest.Close;
import dev.tributary.transport.client.message.ClientRequest.Put;
import dev.tributary.transport.client.message.PackedContract;
import dev.tributary.transport.client.message.StreamChunk;
import dev.tributary.transport.client.message.UpdatePayload.FullState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChunkedMessagesTests {

    private static final NativeCodec CODEC = new NativeCodec();
    private static final byte[] TOKEN = CODEC.encodeRequest(new Authenticate("a token of some length"));
    private static final Contract CONTRACT = Contract.of(ContractCode.of(Bytes.utf8("code")), Parameters.none());

    private final AtomicLong nanos = new AtomicLong();
    private final TimeSource time = new TimeSource(Clock.systemUTC(), nanos::get);
    private final ChunkedMessages messages = new ChunkedMessages(ClientEncoding.NATIVE, time);

    @ParameterizedTest
    @EnumSource
    void largeRequestIsReassembledFromChunksInAnyOrder(ClientEncoding encoding) {
        ChunkedMessages client = new ChunkedMessages(encoding, time);
        ChunkedMessages node = new ChunkedMessages(encoding, time);
        Put put = put(3 * ChunkAssembler.CHUNK_BYTES);
        List<byte[]> sent = new ArrayList<>(client.writeRequest(put));
        assertThat(sent).hasSize(4);
        Collections.shuffle(sent, new Random(4));

        for (byte[] message : sent.subList(0, 3)) {
            assertThat(node.readRequest(message)).isEmpty();
        }

        assertThat(node.bufferedBytes()).isPositive();
        assertThat(node.readRequest(sent.get(3))).contains(put);
        assertThat(node.bufferedBytes()).isZero();
    }

    @Test
    void onlyMessagesAboveTheThresholdAreSplit() {
        int overhead = CODEC.encodeRequest(put(0)).length;

        assertThat(messages.writeRequest(put(ChunkedMessages.SPLIT_THRESHOLD - overhead)))
                .hasSize(1);
        assertThat(messages.writeRequest(put(ChunkedMessages.SPLIT_THRESHOLD - overhead + 1)))
                .hasSize(3);
    }

    @Test
    void streamIdsAreSequential() {
        Put put = put(ChunkedMessages.SPLIT_THRESHOLD);

        assertThat(streamOf(messages.writeRequest(put).get(0))).isZero();
        assertThat(streamOf(messages.writeRequest(put).get(2))).isEqualTo(1);
    }

    @Test
    void messageAboveTheMaximumNumberOfChunksIsNotSent() {
        int limit = ChunkAssembler.MAX_CHUNKS * ChunkAssembler.CHUNK_BYTES;
        int overhead = CODEC.encodeRequest(put(0)).length;

        assertThat(messages.writeRequest(put(limit - overhead))).hasSize(ChunkAssembler.MAX_CHUNKS);
        assertThatExceptionOfType(PayloadTooLargeException.class)
                .isThrownBy(() -> messages.writeRequest(put(limit - overhead + 1)));
    }

    @Test
    void largeStateIsAnnouncedOnlyInTheNativeEncoding() {
        GetAnswer answer = get(ChunkedMessages.SPLIT_THRESHOLD);
        int size = CODEC.encodeAnswer(answer).length;

        List<byte[]> announced = messages.writeReply(answer);
        assertThat(CODEC.decodeAnswer(announced.get(0)))
                .isEqualTo(new StreamHeader(0, size, Optional.of(new AnnouncedState(CONTRACT.key(), false))));
        assertThat(announced).hasSize(4);
        assertThat(new ChunkedMessages(ClientEncoding.FLATBUFFERS, time).writeReply(answer))
                .hasSize(3);
    }

    @Test
    void largeNotificationIsNotAnnounced() {
        State state = State.of(new byte[ChunkedMessages.SPLIT_THRESHOLD]);

        assertThat(messages.writeReply(new UpdateNotification(CONTRACT.key(), new FullState(state))))
                .hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void largeAnswerIsReassembled(ClientEncoding encoding) {
        ChunkedMessages node = new ChunkedMessages(encoding, time);
        ChunkedMessages client = new ChunkedMessages(encoding, time);
        GetAnswer answer = get(1_000_000);
        List<ClientReply> replies = new ArrayList<>();

        node.writeReply(answer).forEach(message -> client.readReply(message).ifPresent(replies::add));

        assertThat(replies).containsExactly(answer);
    }

    @Test
    void answerSmallerThanAnnouncedIsRefused() {
        byte[] ok = CODEC.encodeAnswer(new Ok());
        messages.readReply(CODEC.encodeAnswer(new StreamHeader(3, ok.length + 1L, Optional.empty())));

        assertThatExceptionOfType(ClientDecodingException.class)
                .isThrownBy(() -> messages.readReply(CODEC.encodeAnswer(new StreamChunk(3, 0, 1, Bytes.copyOf(ok)))))
                .withMessage("stream 3: 9 bytes were announced, and 8 were received");
    }

    @Test
    void chunkNumbersOutOfRangeAreRefused() {
        assertRefused(chunk(7, 0, 0), "stream 7: a message has 1 to 256 chunks, not 0");
        assertRefused(chunk(7, 0, 257), "stream 7: a message has 1 to 256 chunks, not 257");
        assertRefused(chunk(7, 0, 4294967295L), "stream 7: a message has 1 to 256 chunks, not 4294967295");
        assertRefused(chunk(7, 2, 2), "stream 7: there is no chunk 2 of 2");
        assertRefused(
                new StreamChunk(7, 0, 2, Bytes.wrap(new byte[ChunkAssembler.CHUNK_BYTES + 1])),
                "stream 7: a chunk has at most 262144 bytes, not 262145");
    }

    @Test
    void largestValidChunkNumbersAreAccepted() {
        Bytes full = Bytes.wrap(new byte[ChunkAssembler.CHUNK_BYTES]);

        assertThat(accept(new StreamChunk(4294967295L, 255, 256, full))).isEmpty();
        assertThat(messages.bufferedBytes()).isEqualTo(ChunkAssembler.CHUNK_BYTES);
    }

    @Test
    void bufferedBytesAreLimited() {
        int size = half(0).size();
        ChunkedMessages small = new ChunkedMessages(ClientEncoding.NATIVE, time, 2L * size);
        small.readRequest(CODEC.encodeRequest(chunk(1, 0, 2)));
        small.readRequest(CODEC.encodeRequest(chunk(2, 0, 2)));

        assertThatExceptionOfType(ClientDecodingException.class)
                .isThrownBy(() -> small.readRequest(CODEC.encodeRequest(chunk(3, 0, 2))))
                .withMessage("stream 3: " + 2 * size + " bytes of incomplete messages are buffered, and at most "
                        + 2 * size + " are allowed");
        assertThat(small.bufferedBytes()).isEqualTo(2L * size);
    }

    @Test
    void refusedChunkDoesNotAffectItsMessage() {
        assertThat(accept(chunk(7, 0, 2))).isEmpty();

        assertRefused(chunk(7, 1, 3), "stream 7 has 2 chunks according to its first chunk, not 3");
        assertRefused(chunk(7, 0, 2), "stream 7: chunk 0 was received before");

        assertThat(accept(chunk(7, 1, 2))).contains(new Authenticate("a token of some length"));
        assertThat(messages.bufferedBytes()).isZero();
    }

    @Test
    void streamIdMayBeReusedAfterCompletion() {
        for (int i = 0; i < 3; i++) {
            assertThat(accept(chunk(7, 0, 2))).isEmpty();
            assertThat(accept(chunk(7, 1, 2))).isPresent();
        }
    }

    @Test
    void ninthIncompleteMessageIsRefusedUntilAnotherCompletes() {
        for (int stream = 0; stream < 8; stream++) {
            accept(chunk(stream, 0, 2));
        }
        assertRefused(chunk(8, 0, 2), "stream 8: 8 messages are incomplete, and no more are allowed");

        assertThat(accept(chunk(3, 1, 2))).isPresent();

        assertThat(accept(chunk(8, 0, 2))).isEmpty();
    }

    @Test
    void messageIncompleteAfterAMinuteIsDiscarded() {
        accept(chunk(7, 0, 2));
        nanos.addAndGet(Duration.ofSeconds(60).toNanos());
        assertThat(accept(chunk(8, 0, 2))).isEmpty();
        assertThat(messages.bufferedBytes()).isEqualTo(2L * half(0).size());

        nanos.incrementAndGet();

        assertThat(accept(chunk(7, 1, 2))).isEmpty();
        assertThat(messages.bufferedBytes()).isEqualTo(half(0).size() + (long) half(1).size());
    }

    @Test
    void nestedChunksAreRefused() {
        Bytes inner = Bytes.wrap(CODEC.encodeRequest(new StreamChunk(1, 0, 1, Bytes.wrap(TOKEN))));

        assertRefused(new StreamChunk(0, 0, 1, inner), "unsupported operation: nested chunks");
    }

    @Test
    void reassembledMessageThatIsMalformedIsRefused() {
        assertThatExceptionOfType(ClientDecodingException.class)
                .isThrownBy(() -> accept(new StreamChunk(0, 0, 1, Bytes.wrap(new byte[] {9, 0, 0, 0}))));
        assertThat(messages.readRequest(CODEC.encodeRequest(new Close()))).contains(new Close());
    }

    private Optional<ClientRequest> accept(StreamChunk chunk) {
        return messages.readRequest(CODEC.encodeRequest(chunk));
    }

    private void assertRefused(StreamChunk chunk, String cause) {
        assertThatExceptionOfType(ClientDecodingException.class)
                .isThrownBy(() -> accept(chunk))
                .satisfies(refusal -> assertThat(refusal.error()).isEqualTo(new Unhandled(cause)));
    }

    private static StreamChunk chunk(long stream, long index, long total) {
        return new StreamChunk(stream, index, total, half((int) index));
    }

    private static Bytes half(int index) {
        int middle = TOKEN.length / 2;
        return Bytes.wrap(index == 0 ? Arrays.copyOf(TOKEN, middle) : Arrays.copyOfRange(TOKEN, middle, TOKEN.length));
    }

    private static long streamOf(byte[] message) {
        return ((StreamChunk) CODEC.decodeRequest(message)).stream();
    }

    private static Put put(int size) {
        byte[] state = new byte[size];
        new Random(size).ints(Math.min(size, 1_000)).forEach(i -> state[Math.floorMod(i, size)] = (byte) i);
        return new Put(PackedContract.of(CONTRACT), State.of(state), List.of(), false, false);
    }

    private static GetAnswer get(int size) {
        return new GetAnswer(CONTRACT.key(), Optional.empty(), State.of(new byte[size]));
    }
}
