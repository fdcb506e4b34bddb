package dev.tributary.app.storage;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** What the index says about one program; its key in the index is the code hash. */
record CodeRecord(Body code) {

    byte[] encode() {
        byte[] record = new byte[code.encodedSize() + Checksum.SIZE];
        code.encode(ByteBuffer.wrap(record));
        return Checksum.seal(record);
    }

    /** Fails with what is wrong with it. */
    static CodeRecord decode(byte[] record) throws IOException {
        try {
            return new CodeRecord(Body.decode(Checksum.open(record)));
        } catch (BufferUnderflowException e) {
            throw new IOException("the record is malformed", e);
        }
    }
}
