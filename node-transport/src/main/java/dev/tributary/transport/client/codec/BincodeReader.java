package dev.tributary.transport.client.codec;

import dev.tributary.core.value.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads a sequence of bincode values: little endian, fixed width. A length is checked against the remaining bytes
 * before memory is allocated for it. Every failure is a {@link ClientDecodingException} that names the value.
 */
final class BincodeReader {

    /** Size of ids and hashes in bytes. */
    static final int HASH_BYTES = 32;

    private final byte[] array;
    private final ByteBuffer in;

    BincodeReader(byte[] array) {
        this.array = array;
        this.in = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean bool(String label) {
        int value = require(label, 1).get();
        if (value != 0 && value != 1) {
            throw ClientDecodingException.malformed(
                    label + ": invalid u8 while decoding bool, expected 0 or 1, found " + (value & 0xff));
        }
        return value == 1;
    }

    int u16(String label) {
        return Short.toUnsignedInt(require(label, Short.BYTES).getShort());
    }

    long u32(String label) {
        return Integer.toUnsignedLong(require(label, Integer.BYTES).getInt());
    }

    /** Reads all 64 bits; values of 2^63 or more are returned as negative numbers. */
    long u64(String label) {
        return require(label, Long.BYTES).getLong();
    }

    float f32(String label) {
        return require(label, Float.BYTES).getFloat();
    }

    /** Reads the index of an enum variant, which must be less than {@code count}. */
    int variant(String label, int count) {
        long index = u32(label);
        if (index >= count) {
            throw ClientDecodingException.malformed(
                    label + ": invalid value: integer `" + index + "`, expected variant index 0 <= i < " + count);
        }
        return (int) index;
    }

    /** Returns the same as {@link #variant}, without advancing. */
    int peekVariant(String label, int count) {
        int start = in.position();
        int index = variant(label, count);
        in.position(start);
        return index;
    }

    <T> Optional<T> option(String label, Supplier<T> value) {
        int tag = require(label, 1).get();
        return switch (tag) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(value.get());
            default ->
                throw ClientDecodingException.malformed(
                        label + ": tag for enum is not valid, expected 0 or 1, found " + (tag & 0xff));
        };
    }

    /** Reads a length and copies that number of bytes. */
    Bytes bytes(String label) {
        return fixedBytes(label, length(label, 1));
    }

    Bytes hash(String label) {
        return fixedBytes(label, HASH_BYTES);
    }

    Bytes fixedBytes(String label, int size) {
        int start = require(label, size).position();
        in.position(start + size);
        return Bytes.wrap(Arrays.copyOfRange(array, start, start + size));
    }

    /** Reads all remaining bytes. */
    Bytes remainingBytes() {
        return fixedBytes("rest", in.remaining());
    }

    String text(String label) {
        int size = length(label, 1);
        ByteBuffer slice = in.slice(in.position(), size);
        in.position(in.position() + size);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
        } catch (CharacterCodingException e) {
            throw ClientDecodingException.malformed(label + ": string is not valid utf8");
        }
    }

    /** Reads a count and that number of elements, each at least {@code minimumSize} bytes long. */
    <T> List<T> list(String label, int minimumSize, Supplier<T> element) {
        int count = length(label, minimumSize);
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(element.get());
        }
        return list;
    }

    private int length(String label, int minimumSize) {
        long length = u64(label);
        int available = in.remaining() / minimumSize;
        if (length < 0 || length > available) {
            throw ClientDecodingException.malformed(label + ": io error: unexpected end of file: length "
                    + Long.toUnsignedString(length) + " is declared, and at most " + available + " are available");
        }
        return (int) length;
    }

    private ByteBuffer require(String label, int size) {
        if (in.remaining() < size) {
            throw ClientDecodingException.malformed(label + ": io error: unexpected end of file: " + size
                    + " bytes are required, and " + in.remaining() + " are available");
        }
        return in;
    }
}
