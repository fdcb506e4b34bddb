package dev.tributary.core.contract.wasm.measure;

/** Reads numbers and counts from a part of a module, and allocates nothing. */
final class ByteCursor {

    private final byte[] bytes;
    private int position;
    private int end;

    ByteCursor(byte[] bytes, int position, int end) {
        this.bytes = bytes;
        this.position = position;
        this.end = end;
    }

    boolean hasMore() {
        return position < end;
    }

    int position() {
        return position;
    }

    int remaining() {
        return end - position;
    }

    int readByte() throws MalformedModuleException {
        if (position >= end) {
            throw cut();
        }
        return bytes[position++] & 0xff;
    }

    /** The byte that is read next. */
    int peek() throws MalformedModuleException {
        if (position >= end) {
            throw cut();
        }
        return bytes[position] & 0xff;
    }

    void skip(long count) throws MalformedModuleException {
        if (count < 0 || count > end - position) {
            throw cut();
        }
        position += (int) count;
    }

    /** An unsigned number of at most 32 bits. */
    long readUnsigned() throws MalformedModuleException {
        return readNumber(5) & 0xffff_ffffL;
    }

    /** An unsigned number of at most 64 bits; one that does not fit into a long is its maximum. */
    long readLong() throws MalformedModuleException {
        long number = readNumber(10);
        return number < 0 ? Long.MAX_VALUE : number;
    }

    /** Skips a signed or unsigned number of at most this number of bytes. */
    void skipNumber(int maxBytes) throws MalformedModuleException {
        for (int i = 1; readByte() >= 0x80; i++) {
            if (i == maxBytes) {
                throw new MalformedModuleException("a number is too long at byte " + position);
            }
        }
    }

    /** The number of entries of a vector whose entries take at least one byte each. */
    int readCount() throws MalformedModuleException {
        long count = readUnsigned();
        if (count > remaining()) {
            throw new MalformedModuleException(
                    "a list claims " + count + " entries where " + remaining() + " bytes are left");
        }
        return (int) count;
    }

    /** A cursor on the next bytes, which this one skips. */
    ByteCursor part(long size) throws MalformedModuleException {
        int start = position;
        skip(size);
        return new ByteCursor(bytes, start, position);
    }

    private long readNumber(int maxBytes) throws MalformedModuleException {
        long number = 0;
        for (int i = 0; i < maxBytes; i++) {
            int next = readByte();
            number |= (long) (next & 0x7f) << (7 * i);
            if (next < 0x80) {
                return number;
            }
        }
        throw new MalformedModuleException("a number is too long at byte " + position);
    }

    private MalformedModuleException cut() {
        return new MalformedModuleException("unexpected end of the module, a section or a function at byte " + end);
    }
}
