package dev.tributary.transport.client.web;

import java.io.InputStream;
import java.nio.ByteBuffer;

/** Stream over a buffer. */
final class ByteBufferInput extends InputStream {

    private final ByteBuffer rest;

    ByteBufferInput(ByteBuffer whole) {
        this.rest = whole.duplicate();
    }

    @Override
    public int read() {
        return rest.hasRemaining() ? rest.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (!rest.hasRemaining()) {
            return length == 0 ? 0 : -1;
        }
        int count = Math.min(length, rest.remaining());
        rest.get(into, offset, count);
        return count;
    }
}
