package dev.tributary.app.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The CRC-32C checksum at the end of every record, and in the record of every blob file. */
final class Checksum {

    /** Number of bytes of the checksum at the end of a record. */
    static final int SIZE = Integer.BYTES;

    private Checksum() {}

    /** The checksum of the remaining bytes of the buffer; the position stays. */
    static int of(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /** Writes the checksum of the preceding bytes into the last four bytes of the record. */
    static byte[] writeChecksum(byte[] record) {
        int end = record.length - SIZE;
        ByteBuffer.wrap(record).putInt(end, of(ByteBuffer.wrap(record, 0, end)));
        return record;
    }

    /** Whether the checksum of the record is that of its content. */
    static boolean isValid(byte[] record) {
        return record.length >= SIZE
                && of(ByteBuffer.wrap(record, 0, record.length - SIZE))
                        == ByteBuffer.wrap(record).getInt(record.length - SIZE);
    }

    /** The content of a record without its checksum; fails if the checksum differs. */
    static ByteBuffer verifyAndStrip(byte[] record) throws IOException {
        if (record.length < SIZE) {
            throw new IOException("the record is truncated: it has " + record.length + " bytes");
        }
        ByteBuffer content = ByteBuffer.wrap(record, 0, record.length - SIZE);
        if (!isValid(record)) {
            throw new IOException("the record is damaged: its checksum differs");
        }
        return content;
    }

    /** Returns the size if it is in 0..maximum, else fails. */
    static int requireSize(int size, int maximum) throws IOException {
        if (size < 0 || size > maximum) {
            throw new IOException("the record has an invalid size: " + size);
        }
        return size;
    }
}
