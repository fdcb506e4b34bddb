package dev.tributary.app.storage;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** The index record of one program; its key is the code hash. */
record ProgramRecord(Blob code) {

    byte[] encode() {
        byte[] record = new byte[code.encodedSize() + Checksum.SIZE];
        code.encode(ByteBuffer.wrap(record));
        return Checksum.writeChecksum(record);
    }

    /** Decodes a record; fails with the defect if it is damaged. */
    static ProgramRecord decode(byte[] record) throws IOException {
        try {
            return new ProgramRecord(Blob.decode(Checksum.verifyAndStrip(record)));
        } catch (BufferUnderflowException e) {
            throw new IOException("the record is malformed", e);
        }
    }
}
