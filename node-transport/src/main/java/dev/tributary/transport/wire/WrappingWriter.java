package dev.tributary.transport.wire;

import dev.tributary.core.value.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** Wraps large payloads without a copy, and copies only the bytes between them. Uses unpooled heap buffers. */
final class WrappingWriter extends FieldWriter {

    private static final int MIN_WRAPPED_BYTES = 4 * 1024;

    private final List<ByteBuf> parts = new ArrayList<>();
    private ByteBuf between = Unpooled.buffer();

    @Override
    void put8(int value) {
        between.writeByte(value);
    }

    @Override
    void put32(int value) {
        between.writeInt(value);
    }

    @Override
    void put64(long value) {
        between.writeLong(value);
    }

    @Override
    void put(Bytes bytes) {
        if (bytes.size() < MIN_WRAPPED_BYTES) {
            between.writeBytes(bytes.toBuffer());
            return;
        }
        parts.add(between);
        parts.add(Unpooled.wrappedBuffer(bytes.toBuffer()));
        between = Unpooled.buffer();
    }

    /** Returns everything written so far as one buffer. */
    ByteBuf join() {
        parts.add(between);
        return Unpooled.wrappedBuffer(parts.size(), parts.toArray(new ByteBuf[0]));
    }
}
