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
 * Reads bincode values one after the other: little endian, fixed width. Nothing is allocated for a length before the
 * length is known to be there. Every complaint is a {@link ClientDecodingException} that names the value.
 */
final class BincodeReader {

    /** The size of ids and hashes. */
    static final int NAME = 32;

    private final byte[] array;
    private final ByteBuffer in;

    BincodeReader(byte[] array) {
        this.array = array;
        this.in = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean bool(String what) {
        int value = need(what, 1).get();
        if (value != 0 && value != 1) {
            throw ClientDecodingException.malformed(
                    what + ": invalid u8 while decoding bool, expected 0 or 1, found " + (value & 0xff));
        }
        return value == 1;
    }

    int u16(String what) {
        return Short.toUnsignedInt(need(what, Short.BYTES).getShort());
    }

    long u32(String what) {
        return Integer.toUnsignedLong(need(what, Integer.BYTES).getInt());
    }

    /** All 64 bits: what is 2^63 or more comes out negative. */
    long u64(String what) {
        return need(what, Long.BYTES).getLong();
    }

    float f32(String what) {
        return need(what, Float.BYTES).getFloat();
    }

    /** Which of {@code count} variants follows. */
    int variant(String what, int count) {
        long index = u32(what);
        if (index >= count) {
            throw ClientDecodingException.malformed(
                    what + ": invalid value: integer `" + index + "`, expected variant index 0 <= i < " + count);
        }
        return (int) index;
    }

    /** As {@link #variant}, without going past it. */
    int next(String what, int count) {
        int start = in.position();
        int index = variant(what, count);
        in.position(start);
        return index;
    }

    <T> Optional<T> option(String what, Supplier<T> value) {
        int tag = need(what, 1).get();
        return switch (tag) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(value.get());
            default ->
                throw ClientDecodingException.malformed(
                        what + ": tag for enum is not valid, expected 0 or 1, found " + (tag & 0xff));
        };
    }

    /** A copy of as many bytes as the length before them says. */
    Bytes bytes(String what) {
        return exactly(what, length(what, 1));
    }

    Bytes name(String what) {
        return exactly(what, NAME);
    }

    Bytes exactly(String what, int size) {
        int start = need(what, size).position();
        in.position(start + size);
        return Bytes.wrap(Arrays.copyOfRange(array, start, start + size));
    }

    /** All that is left. */
    Bytes rest() {
        return exactly("rest", in.remaining());
    }

    String text(String what) {
        int size = length(what, 1);
        ByteBuffer slice = in.slice(in.position(), size);
        in.position(in.position() + size);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
        } catch (CharacterCodingException e) {
            throw ClientDecodingException.malformed(what + ": string is not valid utf8");
        }
    }

    /** As many elements as the count before them says, each at least {@code smallest} bytes long. */
    <T> List<T> list(String what, int smallest, Supplier<T> element) {
        int count = length(what, smallest);
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(element.get());
        }
        return list;
    }

    private int length(String what, int smallest) {
        long length = u64(what);
        int most = in.remaining() / smallest;
        if (length < 0 || length > most) {
            throw ClientDecodingException.malformed(what + ": io error: unexpected end of file: length "
                    + Long.toUnsignedString(length) + " is announced, and there is room for " + most);
        }
        return (int) length;
    }

    private ByteBuffer need(String what, int size) {
        if (in.remaining() < size) {
            throw ClientDecodingException.malformed(what + ": io error: unexpected end of file: " + size
                    + " bytes are needed, and " + in.remaining() + " are left");
        }
        return in;
    }
}
