package dev.tributary.transport.client.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Mutates messages in ways that decoders tend to handle badly. Deterministic for a seed. */
final class MessageMutator {

    private static final int[] NUMBERS = {
        0, 1, 2, 3, 4, 8, 16, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x00ff_ffff, 0x7fff_ffff, 0x8000_0000, -1, -4, -8, -16
    };

    /** Number of zeroes appended to a message, so that 16-bit offsets stay inside of it. */
    private static final int LONG_PADDING = 70_000;

    private final Random random;
    private final List<byte[]> messages;

    MessageMutator(long seed, List<byte[]> messages) {
        this.random = new Random(seed);
        this.messages = messages;
    }

    /** Returns a message mutated in one to four places. */
    byte[] next() {
        byte[] message = any().clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            message = mutate(message);
        }
        return message;
    }

    private byte[] any() {
        return messages.get(random.nextInt(messages.size()));
    }

    private byte[] mutate(byte[] message) {
        if (message.length == 0) {
            return any().clone();
        }
        int position = random.nextInt(message.length);
        switch (random.nextInt(8)) {
            case 0 -> message[position] ^= (byte) (1 << random.nextInt(8));
            case 1 -> message[position] = (byte) random.nextInt();
            case 2 -> putInt(message, position, NUMBERS[random.nextInt(NUMBERS.length)]);
            case 3 -> putInt(message, position & ~3, random.nextInt(2 * message.length) - message.length);
            case 4 -> putInt(message, position & ~3, NUMBERS[random.nextInt(NUMBERS.length)]);
            case 5 -> {
                return Arrays.copyOf(message, position);
            }
            case 6 -> {
                int padding = random.nextInt(8) == 0 ? LONG_PADDING : random.nextInt(64);
                return Arrays.copyOf(message, message.length + padding);
            }
            default -> {
                return splice(message, position, any());
            }
        }
        return message;
    }

    private static void putInt(byte[] message, int position, int putInt) {
        if (position + Integer.BYTES <= message.length) {
            ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).putInt(position, putInt);
        }
    }

    /** Joins the beginning of one message with the end of another. */
    private byte[] splice(byte[] message, int position, byte[] other) {
        int from = random.nextInt(other.length + 1);
        byte[] both = Arrays.copyOf(message, position + other.length - from);
        System.arraycopy(other, from, both, position, other.length - from);
        return both;
    }
}
