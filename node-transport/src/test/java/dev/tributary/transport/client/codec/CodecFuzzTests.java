package dev.tributary.transport.client.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.tributary.transport.client.message.ClientRequest;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Spoilt messages are read or refused, and nothing else ever happens. {@code -Dtributary.fuzz.rounds} makes it more
 * messages, {@code -Dtributary.seed} others.
 */
class CodecFuzzTests {

    private static final int ROUNDS = Integer.getInteger("tributary.fuzz.rounds", 5_000);
    private static final long SEED = Long.getLong("tributary.seed", 6);

    /** What a spoilt message may cost to read: what loading classes takes is the most of it, a false length far more. */
    private static final long ALLOCATION = 16L << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource
    void aSpoiltRequestIsReadOrRefused(ClientEncoding encoding) {
        ClientCodec codec = encoding.codec();
        List<byte[]> requests = messages(encoding, Vector.REQUEST);

        fuzz(requests, codec::decodeRequest, codec::encodeRequest);
    }

    @ParameterizedTest
    @EnumSource
    void aSpoiltReplyIsReadOrRefused(ClientEncoding encoding) {
        ClientCodec codec = encoding.codec();
        List<byte[]> replies = messages(encoding, Vector.REPLY);

        fuzz(replies, codec::decodeAnswer, reply -> Encoded.reply(codec, reply));
    }

    /** What is read must also be such that it can be written, and mean the same when it is read again. */
    private static <T> void fuzz(List<byte[]> messages, Function<byte[], T> decode, Function<T, byte[]> encode) {
        // Loads what can be loaded before anything is measured.
        assertThat(messages).extracting(decode::apply).doesNotContainNull();
        Mutation mutation = new Mutation(SEED, messages);
        int read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] message = mutation.next();
            try {
                T decoded = measured(message, decode);
                read++;
                assertThat(decode.apply(encode.apply(decoded))).isEqualTo(decoded);
            } catch (ClientDecodingException refused) {
                assertThat(refused).hasMessageMatching("(?s).{10,400}");
            } catch (RuntimeException | Error wrong) {
                fail("seed " + SEED + ", round " + round + ": " + HexFormat.of().formatHex(message), wrong);
            }
        }
        assertThat(read).as("messages that meant something").isBetween(ROUNDS / 100, ROUNDS);
    }

    private static <T> T measured(byte[] message, Function<byte[], T> decode) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            return decode.apply(message);
        } finally {
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(ALLOCATION);
        }
    }

    private static List<byte[]> messages(ClientEncoding encoding, String kind) {
        List<byte[]> messages = new ArrayList<>(
                Vector.examples(encoding, kind).stream().map(Vector::bytes).toList());
        observed(encoding, kind).forEach(messages::add);
        return messages;
    }

    /** What the reference library wrote, put into this encoding if it has a form for it. */
    private static Stream<byte[]> observed(ClientEncoding encoding, String kind) {
        Stream<Vector> vectors = Vector.observed(kind).stream();
        if (encoding == ClientEncoding.NATIVE) {
            return vectors.map(Vector::bytes);
        }
        return kind.equals(Vector.REPLY)
                ? vectors.flatMap(vector -> vector.flatBuffers().stream()).map(bytes -> bytes.toArray())
                : vectors.map(vector -> new NativeCodec().decodeRequest(vector.bytes()))
                        .filter(CodecFuzzTests::hasForm)
                        .map(encoding.codec()::encodeRequest);
    }

    private static boolean hasForm(ClientRequest request) {
        return request instanceof ClientRequest.Put
                || request instanceof ClientRequest.Update
                || request instanceof ClientRequest.Subscribe
                || request instanceof ClientRequest.Disconnect;
    }
}
