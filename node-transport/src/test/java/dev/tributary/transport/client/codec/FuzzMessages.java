package dev.tributary.transport.client.codec;

import dev.tributary.core.value.Bytes;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.StreamChunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Valid and mutated messages for the client API. Deterministic for a seed. */
public final class FuzzMessages {

    private final ClientCodec codec;
    private final Random random;
    private final List<byte[]> examples;
    private final MessageMutator mutator;

    public FuzzMessages(ClientEncoding encoding, Random random) {
        this.codec = encoding.codec();
        this.random = random;
        this.examples = new ArrayList<>(TestVector.examples(encoding, TestVector.REQUEST).stream()
                .map(TestVector::bytes)
                .toList());
        if (encoding == ClientEncoding.NATIVE) {
            TestVector.fromReferenceLibrary(TestVector.REQUEST).forEach(vector -> examples.add(vector.bytes()));
        }
        this.mutator = new MessageMutator(random.nextLong(), examples);
    }

    /** Returns a message from the specification or the reference library. */
    public byte[] example() {
        return examples.get(random.nextInt(examples.size())).clone();
    }

    /** Returns an example that was modified, truncated, extended or joined with another. */
    public byte[] mutated() {
        return mutator.next();
    }

    public byte[] encode(ClientRequest request) {
        return codec.encodeRequest(request);
    }

    /** Splits the message into chunks of a random valid size, in random order. */
    public List<byte[]> split(byte[] message, long stream) {
        int total = 1 + random.nextInt(6);
        int size = Math.min(message.length / total + 1, ChunkAssembler.CHUNK_BYTES);
        total = Math.max(total, (message.length + size - 1) / Math.max(1, size));
        List<byte[]> chunks = new ArrayList<>();
        for (int i = 0; i < total; i++) {
            int start = Math.min(message.length, i * size);
            Bytes data = Bytes.wrap(Arrays.copyOfRange(message, start, Math.min(message.length, start + size)));
            chunks.add(encode(new StreamChunk(stream, i, total, data)));
        }
        Collections.shuffle(chunks, random);
        return chunks;
    }

    /** Returns a chunk with random numbers that belongs to no message. */
    public byte[] strayChunk() {
        int[] numbers = {0, 1, 2, 7, 255, 256, 257, Integer.MAX_VALUE};
        return encode(new StreamChunk(
                random.nextInt(12),
                numbers[random.nextInt(numbers.length)],
                numbers[random.nextInt(numbers.length)],
                Bytes.wrap(new byte[random.nextInt(2000)])));
    }
}
