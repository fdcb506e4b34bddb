package dev.tributary.app.storage;

import dev.tributary.core.value.CodeHash;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;

/** The index record of one program; its key is the code hash. */
record ProgramRecord(Blob code) {

    byte[] encode() {
        byte[] record = new byte[code.encodedSize() + Checksum.SIZE];
        code.encode(ByteBuffer.wrap(record));
        return Checksum.writeChecksum(record);
    }

    /** Reads the record of the code with this hash; fails with the defect if it is missing or damaged. */
    static ProgramRecord read(ContractIndex index, CodeHash hash) throws IOException {
        byte[] record = index.program(hash);
        if (record == null) {
            throw new NoSuchFileException("code " + hash);
        }
        return decode(record);
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
