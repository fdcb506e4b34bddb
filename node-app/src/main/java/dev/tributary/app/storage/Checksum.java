package dev.tributary.app.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Tells damaged bytes from whole ones: CRC-32C, behind every record and in the record of every file. */
final class Checksum {

    /** How many bytes it takes behind a record. */
    static final int SIZE = Integer.BYTES;

    private Checksum() {}

    /** Of the bytes that remain in the buffer, whose position stays. */
    static int of(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /** Fills the last four bytes of the record with the checksum of those before. */
    static byte[] seal(byte[] record) {
        int end = record.length - SIZE;
        ByteBuffer.wrap(record).putInt(end, of(ByteBuffer.wrap(record, 0, end)));
        return record;
    }

    /** What a record says, without the checksum; fails if they do not agree. */
    static ByteBuffer open(byte[] record) throws IOException {
        if (record.length < SIZE) {
            throw new IOException("the record has " + record.length + " bytes, which is too few");
        }
        ByteBuffer content = ByteBuffer.wrap(record, 0, record.length - SIZE);
        if (of(content) != ByteBuffer.wrap(record).getInt(record.length - SIZE)) {
            throw new IOException("the record is damaged: its checksum differs");
        }
        return content;
    }

    /** The size, if it is possible at all. */
    static int requireSize(int size, int most) throws IOException {
        if (size < 0 || size > most) {
            throw new IOException("impossible size " + size);
        }
        return size;
    }
}
