package dev.tributary.app.storage;

import dev.tributary.core.storage.Demand;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.StateDigest;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The index record of one contract; its key is the instance id.
 *
 * @param code hash of the code, the key of a record in the index's map of programs; instances may share it
 * @param digest of the state, or null if the record has the first format, which has no digest
 */
record ContractRecord(
        CodeHash code, Instant changed, @Nullable StateDigest digest, Demand demand, Blob parameters, Blob state) {

    private static final byte FORMAT = 2;

    /** The format without digest and demand. It is only read, never written. */
    private static final byte FIRST_FORMAT = 1;

    /** Flags of the demand. Versions without pins take a pinned contract for one that a client put. */
    private static final int CLIENT_PUT = 1;

    private static final int PINNED = 2;

    private static final int HASH_SIZE = 32;
    private static final int INSTANT_SIZE = Long.BYTES + Integer.BYTES;
    private static final int DEMAND_SIZE = 1 + INSTANT_SIZE + Double.BYTES;
    private static final int FIXED_SIZE = 1 + HASH_SIZE + INSTANT_SIZE + StateDigest.SIZE + DEMAND_SIZE + Checksum.SIZE;

    byte[] encode() {
        byte[] record = new byte[FIXED_SIZE + parameters.encodedSize() + state.encodedSize()];
        ByteBuffer out = ByteBuffer.wrap(record);
        out.put(FORMAT).put(code.bytes().toBuffer());
        encode(changed, out);
        out.put(Objects.requireNonNull(digest).bytes().toBuffer());
        out.put((byte) ((demand.isClientPut() ? CLIENT_PUT : 0) | (demand.isPinned() ? PINNED : 0)));
        encode(demand.lastRequested(), out);
        out.putDouble(demand.weight());
        parameters.encode(out);
        state.encode(out);
        return Checksum.writeChecksum(record);
    }

    /** Decodes a record; fails with the defect if it is damaged. */
    static ContractRecord decode(byte[] record) throws IOException {
        ByteBuffer in = Checksum.verifyAndStrip(record);
        try {
            byte format = in.get();
            if (format != FORMAT && format != FIRST_FORMAT) {
                throw new IOException(
                        "the record has format " + format + "; supported are " + FIRST_FORMAT + " and " + FORMAT);
            }
            CodeHash code = new CodeHash(hash(in));
            Instant changed = instant(in);
            StateDigest digest = format == FORMAT ? new StateDigest(hash(in)) : null;
            Demand demand = format == FORMAT ? demand(in) : unknownDemand(changed);
            return new ContractRecord(code, changed, digest, demand, Blob.decode(in), Blob.decode(in));
        } catch (BufferUnderflowException | DateTimeException | IllegalArgumentException e) {
            throw new IOException("the record is malformed", e);
        }
    }

    private static void encode(Instant instant, ByteBuffer out) {
        out.putLong(instant.getEpochSecond()).putInt(instant.getNano());
    }

    private static Instant instant(ByteBuffer in) {
        return Instant.ofEpochSecond(in.getLong(), in.getInt());
    }

    private static Bytes hash(ByteBuffer in) {
        byte[] hash = new byte[HASH_SIZE];
        in.get(hash);
        return Bytes.wrap(hash);
    }

    private static Demand demand(ByteBuffer in) {
        byte flags = in.get();
        return new Demand((flags & CLIENT_PUT) != 0, (flags & PINNED) != 0, instant(in), in.getDouble());
    }

    /** The first format does not record who put the contract, so it is treated as put by a client and evicted last. */
    private static Demand unknownDemand(Instant changed) {
        return Demand.firstRequest(changed).afterClientPut();
    }
}
