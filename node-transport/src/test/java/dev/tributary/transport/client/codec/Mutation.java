package dev.tributary.transport.client.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Spoils messages in the ways that readers tend to fall for. The same seed spoils the same way. */
final class Mutation {

    private static final int[] NUMBERS = {
        0, 1, 2, 3, 4, 8, 16, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x00ff_ffff, 0x7fff_ffff, 0x8000_0000, -1, -4, -8, -16
    };

    /** So many zeroes behind a message that numbers of 16 bits lead to one. */
    private static final int FAR = 70_000;

    private final Random random;
    private final List<byte[]> messages;

    Mutation(long seed, List<byte[]> messages) {
        this.random = new Random(seed);
        this.messages = messages;
    }

    /** Some message, spoilt in one to four places. */
    byte[] next() {
        byte[] message = any().clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            message = spoil(message);
        }
        return message;
    }

    private byte[] any() {
        return messages.get(random.nextInt(messages.size()));
    }

    private byte[] spoil(byte[] message) {
        if (message.length == 0) {
            return any().clone();
        }
        int at = random.nextInt(message.length);
        switch (random.nextInt(8)) {
            case 0 -> message[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> message[at] = (byte) random.nextInt();
            case 2 -> number(message, at, NUMBERS[random.nextInt(NUMBERS.length)]);
            case 3 -> number(message, at & ~3, random.nextInt(2 * message.length) - message.length);
            case 4 -> number(message, at & ~3, NUMBERS[random.nextInt(NUMBERS.length)]);
            case 5 -> {
                return Arrays.copyOf(message, at);
            }
            case 6 -> {
                return Arrays.copyOf(message, message.length + (random.nextInt(8) == 0 ? FAR : random.nextInt(64)));
            }
            default -> {
                return spliced(message, at, any());
            }
        }
        return message;
    }

    private static void number(byte[] message, int at, int number) {
        if (at + Integer.BYTES <= message.length) {
            ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).putInt(at, number);
        }
    }

    /** The beginning of one message and the end of another. */
    private byte[] spliced(byte[] message, int at, byte[] other) {
        int from = random.nextInt(other.length + 1);
        byte[] both = Arrays.copyOf(message, at + other.length - from);
        System.arraycopy(other, from, both, at, other.length - from);
        return both;
    }
}
