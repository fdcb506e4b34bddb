package dev.tributary.transport.client.web;

import java.io.IOException;
import java.io.InputStream;

/** Stream that fails beyond the allowed number of bytes, so that no header can exhaust the memory. */
final class MeteredInput extends InputStream {

    private final InputStream source;
    private long allowed;

    MeteredInput(InputStream source) {
        this.source = source;
    }

    void allow(long bytes) {
        allowed = bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (allowed == 0) {
            throw new UnusableArchiveException("the archive has a header or a file beyond its limit");
        }
        int count = source.read(into, offset, (int) Math.min(length, allowed));
        allowed -= Math.max(0, count);
        return count;
    }
}
