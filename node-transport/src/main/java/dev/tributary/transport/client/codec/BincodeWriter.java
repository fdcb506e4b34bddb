package dev.tributary.transport.client.codec;

import dev.tributary.core.value.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes bincode values one after the other: little endian, fixed width. Grows as it needs to. */
final class BincodeWriter {

    private static final int FIRST = 256;

    private ByteBuffer out = ByteBuffer.allocate(FIRST).order(ByteOrder.LITTLE_ENDIAN);

    BincodeWriter bool(boolean value) {
        room(1).put((byte) (value ? 1 : 0));
        return this;
    }

    BincodeWriter u16(int value) {
        room(Short.BYTES).putShort((short) value);
        return this;
    }

    BincodeWriter u32(long value) {
        room(Integer.BYTES).putInt((int) value);
        return this;
    }

    BincodeWriter u64(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    BincodeWriter f32(float value) {
        room(Float.BYTES).putInt(Float.floatToRawIntBits(value));
        return this;
    }

    <T> BincodeWriter option(Optional<T> value, Consumer<T> write) {
        bool(value.isPresent());
        value.ifPresent(write);
        return this;
    }

    /** The bytes behind their length. */
    BincodeWriter bytes(Bytes bytes) {
        return u64(bytes.size()).raw(bytes);
    }

    /** The bytes alone. */
    BincodeWriter raw(Bytes bytes) {
        room(bytes.size()).put(bytes.toBuffer());
        return this;
    }

    BincodeWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        u64(utf8.length).room(utf8.length).put(utf8);
        return this;
    }

    <T> BincodeWriter list(List<T> list, Consumer<T> write) {
        u64(list.size());
        list.forEach(write);
        return this;
    }

    byte[] toArray() {
        byte[] array = new byte[out.position()];
        out.flip().get(array);
        return array;
    }

    private ByteBuffer room(int size) {
        if (out.remaining() < size) {
            int needed = Math.addExact(out.position(), size);
            int doubled = (int) Math.min(2L * out.capacity(), Integer.MAX_VALUE - 8);
            ByteBuffer larger = ByteBuffer.allocate(Math.max(needed, doubled)).order(ByteOrder.LITTLE_ENDIAN);
            out = larger.put(out.flip());
        }
        return out;
    }
}
