package dev.tributary.transport.wire;

import dev.tributary.core.value.Bytes;

/** Counts the bytes instead of writing them. */
final class SizeWriter extends FieldWriter {

    private long size;

    /** Returns the number of bytes so far. */
    long size() {
        return size;
    }

    @Override
    void put8(int value) {
        size++;
    }

    @Override
    void put32(int value) {
        size += 4;
    }

    @Override
    void put64(long value) {
        size += 8;
    }

    @Override
    void put(Bytes bytes) {
        size += bytes.size();
    }
}
