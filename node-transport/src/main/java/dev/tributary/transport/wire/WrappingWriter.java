package dev.tributary.transport.wire;

import dev.tributary.core.value.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** Wraps payloads without a copy and copies only the little between them. Its buffers are on the heap and unpooled. */
final class WrappingWriter extends FieldWriter {

    private static final int WORTH_WRAPPING = 4 * 1024;

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
        if (bytes.size() < WORTH_WRAPPING) {
            between.writeBytes(bytes.toBuffer());
            return;
        }
        parts.add(between);
        parts.add(Unpooled.wrappedBuffer(bytes.toBuffer()));
        between = Unpooled.buffer();
    }

    /** Everything so far as one buffer. */
    ByteBuf join() {
        parts.add(between);
        return Unpooled.wrappedBuffer(parts.size(), parts.toArray(new ByteBuf[0]));
    }
}
