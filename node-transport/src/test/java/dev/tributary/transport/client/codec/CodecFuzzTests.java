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
 * Mutated messages are decoded or refused, without any other failure. {@code -Dtributary.fuzz.rounds} sets the number
 * of messages, {@code -Dtributary.seed} the seed.
 */
class CodecFuzzTests {

    private static final int ROUNDS = Integer.getInteger("tributary.fuzz.rounds", 5_000);
    private static final long SEED = Long.getLong("tributary.seed", 6);

    /** Maximum number of bytes allocated to decode a message, mostly for class loading; a false length needs more. */
    private static final long MAX_ALLOCATED_BYTES = 16L << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource
    void mutatedRequestIsDecodedOrRefused(ClientEncoding encoding) {
        ClientCodec codec = encoding.codec();
        List<byte[]> requests = messages(encoding, TestVector.REQUEST);

        fuzz(requests, codec::decodeRequest, codec::encodeRequest);
    }

    @ParameterizedTest
    @EnumSource
    void mutatedReplyIsDecodedOrRefused(ClientEncoding encoding) {
        ClientCodec codec = encoding.codec();
        List<byte[]> replies = messages(encoding, TestVector.REPLY);

        fuzz(replies, codec::decodeAnswer, reply -> ReplyEncoding.encode(codec, reply));
    }

    /** Checks that a decoded message can be encoded, and that decoding it again gives an equal message. */
    private static <T> void fuzz(List<byte[]> messages, Function<byte[], T> decode, Function<T, byte[]> encode) {
        // Loads classes before allocation is measured.
        assertThat(messages).extracting(decode::apply).doesNotContainNull();
        MessageMutator mutator = new MessageMutator(SEED, messages);
        int decodedCount = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] message = mutator.next();
            try {
                T decoded = decodeWithinLimit(message, decode);
                decodedCount++;
                assertThat(decode.apply(encode.apply(decoded))).isEqualTo(decoded);
            } catch (ClientDecodingException refused) {
                assertThat(refused).hasMessageMatching("(?s).{10,400}");
            } catch (RuntimeException | Error unexpected) {
                fail("seed " + SEED + ", round " + round + ": " + HexFormat.of().formatHex(message), unexpected);
            }
        }
        assertThat(decodedCount).as("decoded messages").isBetween(ROUNDS / 100, ROUNDS);
    }

    private static <T> T decodeWithinLimit(byte[] message, Function<byte[], T> decode) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            return decode.apply(message);
        } finally {
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MAX_ALLOCATED_BYTES);
        }
    }

    private static List<byte[]> messages(ClientEncoding encoding, String kind) {
        List<byte[]> messages = new ArrayList<>(TestVector.examples(encoding, kind).stream()
                .map(TestVector::bytes)
                .toList());
        observed(encoding, kind).forEach(messages::add);
        return messages;
    }

    /** Messages of the reference library, converted to this encoding where it supports them. */
    private static Stream<byte[]> observed(ClientEncoding encoding, String kind) {
        Stream<TestVector> vectors = TestVector.fromReferenceLibrary(kind).stream();
        if (encoding == ClientEncoding.NATIVE) {
            return vectors.map(TestVector::bytes);
        }
        return kind.equals(TestVector.REPLY)
                ? vectors.flatMap(vector -> vector.flatBuffers().stream()).map(bytes -> bytes.toArray())
                : vectors.map(vector -> new NativeCodec().decodeRequest(vector.bytes()))
                        .filter(CodecFuzzTests::isSupported)
                        .map(encoding.codec()::encodeRequest);
    }

    private static boolean isSupported(ClientRequest request) {
        return request instanceof ClientRequest.Put
                || request instanceof ClientRequest.Update
                || request instanceof ClientRequest.Subscribe
                || request instanceof ClientRequest.Disconnect;
    }
}
