package dev.tributary.transport.wire;

import dev.tributary.core.value.Bytes;
import io.netty.buffer.ByteBuf;

/** Appends the bytes to a buffer, which the caller owns. */
final class BufferWriter extends FieldWriter {

    private final ByteBuf out;

    BufferWriter(ByteBuf out) {
        this.out = out;
    }

    @Override
    void put8(int value) {
        out.writeByte(value);
    }

    @Override
    void put32(int value) {
        out.writeInt(value);
    }

    @Override
    void put64(long value) {
        out.writeLong(value);
    }

    @Override
    void put(Bytes bytes) {
        out.writeBytes(bytes.toBuffer());
    }
}
