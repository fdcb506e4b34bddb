package dev.tributary.transport.client.codec;

import java.util.AbstractList;
import java.util.List;

/** A header followed by chunks. */
final class PrefixedList extends AbstractList<byte[]> {

    private final byte[] header;
    private final List<byte[]> chunks;

    PrefixedList(byte[] header, List<byte[]> chunks) {
        this.header = header;
        this.chunks = chunks;
    }

    @Override
    public byte[] get(int index) {
        return index == 0 ? header : chunks.get(index - 1);
    }

    @Override
    public int size() {
        return chunks.size() + 1;
    }
}
