package dev.tributary.app.storage;

import dev.tributary.core.value.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A blob of a contract as stored in its index record: the bytes themselves, or a reference to a file. */
sealed interface Blob {

    byte INLINE = 0;
    byte FILE = 1;

    /** The kinds of blobs, one for each permitted type. */
    enum Kind {
        INLINE,
        FILE
    }

    Kind kind();

    /** The number of bytes. */
    int size();

    /** The number of bytes that {@link #encode} writes. */
    int encodedSize();

    void encode(ByteBuffer out);

    static Blob decode(ByteBuffer in) throws IOException {
        byte kind = in.get();
        return switch (kind) {
            case INLINE -> {
                byte[] bytes = new byte[Checksum.requireSize(in.getInt(), in.remaining())];
                in.get(bytes);
                yield new InlineBlob(Bytes.wrap(bytes));
            }
            case FILE -> new FileBlob(in.getLong(), Checksum.requireSize(in.getInt(), Integer.MAX_VALUE), in.getInt());
            default -> throw new IOException("unknown kind of blob: " + kind);
        };
    }

    /** Bytes stored in the index record. */
    record InlineBlob(Bytes bytes) implements Blob {

        @Override
        public int size() {
            return bytes.size();
        }

        @Override
        public int encodedSize() {
            return 1 + Integer.BYTES + bytes.size();
        }

        @Override
        public void encode(ByteBuffer out) {
            out.put(INLINE).putInt(bytes.size()).put(bytes.toBuffer());
        }

        @Override
        public Kind kind() {
            return Kind.INLINE;
        }
    }

    /**
     * Bytes stored in a file, which is written once and never changed.
     *
     * @param number number in the file name
     * @param checksum CRC-32C of the whole file
     */
    record FileBlob(long number, int size, int checksum) implements Blob {

        @Override
        public int encodedSize() {
            return 1 + Long.BYTES + 2 * Integer.BYTES;
        }

        @Override
        public void encode(ByteBuffer out) {
            out.put(FILE).putLong(number).putInt(size).putInt(checksum);
        }

        @Override
        public Kind kind() {
            return Kind.FILE;
        }
    }
}
