package dev.tributary.app.storage;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * What the index says about one contract; its key in the index is the instance id.
 *
 * @param code names an entry of the index's second map, shared by all instances
 */
record ContractRecord(CodeHash code, Instant changed, Body parameters, Body state) {

    private static final byte FORMAT = 1;
    private static final int HASH_SIZE = 32;
    private static final int FIXED_SIZE = 1 + HASH_SIZE + Long.BYTES + Integer.BYTES + Checksum.SIZE;

    byte[] encode() {
        byte[] record = new byte[FIXED_SIZE + parameters.encodedSize() + state.encodedSize()];
        ByteBuffer out = ByteBuffer.wrap(record);
        out.put(FORMAT).put(code.bytes().toBuffer());
        out.putLong(changed.getEpochSecond()).putInt(changed.getNano());
        parameters.encode(out);
        state.encode(out);
        return Checksum.seal(record);
    }

    /** Fails with what is wrong with it. */
    static ContractRecord decode(byte[] record) throws IOException {
        ByteBuffer in = Checksum.open(record);
        try {
            byte format = in.get();
            if (format != FORMAT) {
                throw new IOException("the record has format " + format + ", known is " + FORMAT);
            }
            byte[] code = new byte[HASH_SIZE];
            in.get(code);
            Instant changed = Instant.ofEpochSecond(in.getLong(), in.getInt());
            return new ContractRecord(new CodeHash(Bytes.wrap(code)), changed, Body.decode(in), Body.decode(in));
        } catch (BufferUnderflowException | DateTimeException e) {
            throw new IOException("the record is malformed", e);
        }
    }
}
