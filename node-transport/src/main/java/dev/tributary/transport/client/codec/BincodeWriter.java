package dev.tributary.transport.client.codec;

import dev.tributary.core.value.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a sequence of bincode values: little endian, fixed width. A message is written twice, first to measure its
 * size and then into an array of that size, so that a large message is copied only once.
 */
final class BincodeWriter {

    private final @Nullable ByteBuffer out;
    private long size;

    private BincodeWriter(@Nullable ByteBuffer out) {
        this.out = out;
    }

    /** Encodes the message, which is called twice and must write the same values each time. */
    static byte[] encode(Consumer<BincodeWriter> message) {
        BincodeWriter measure = new BincodeWriter(null);
        message.accept(measure);
        byte[] array = new byte[Math.toIntExact(measure.size)];
        message.accept(new BincodeWriter(ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN)));
        return array;
    }

    BincodeWriter bool(boolean value) {
        if (out != null) {
            out.put((byte) (value ? 1 : 0));
        }
        return advance(1);
    }

    BincodeWriter u16(int value) {
        if (out != null) {
            out.putShort((short) value);
        }
        return advance(Short.BYTES);
    }

    BincodeWriter u32(long value) {
        if (out != null) {
            out.putInt((int) value);
        }
        return advance(Integer.BYTES);
    }

    BincodeWriter u64(long value) {
        if (out != null) {
            out.putLong(value);
        }
        return advance(Long.BYTES);
    }

    BincodeWriter f32(float value) {
        return u32(Float.floatToRawIntBits(value));
    }

    <T> BincodeWriter option(Optional<T> value, Consumer<T> write) {
        bool(value.isPresent());
        value.ifPresent(write);
        return this;
    }

    /** Writes the length and the bytes. */
    BincodeWriter bytes(Bytes bytes) {
        return u64(bytes.size()).raw(bytes);
    }

    /** Writes the bytes without a length. */
    BincodeWriter raw(Bytes bytes) {
        if (out != null) {
            out.put(bytes.toBuffer());
        }
        return advance(bytes.size());
    }

    BincodeWriter text(String text) {
        return bytes(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    <T> BincodeWriter list(List<T> list, Consumer<T> write) {
        u64(list.size());
        list.forEach(write);
        return this;
    }

    private BincodeWriter advance(int bytes) {
        size += bytes;
        return this;
    }
}
