package dev.tributary.transport.wire;

import dev.tributary.core.value.Bytes;

/** Counts what it is given. */
final class SizeWriter extends FieldWriter {

    private long size;

    /** The bytes so far. */
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
