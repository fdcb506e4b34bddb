package dev.tributary.core.contract.standard;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.List;

/** A counter with one slot for each writer; its value is the sum. Stateless; safe to use from any thread. */
public final class SignedCounter {

    private static final ContractCode CODE = StandardCode.of("counter");
    private static final int MAX_WRITERS = 256;

    private SignedCounter() {}

    public static ContractCode code() {
        return CODE;
    }

    /** The contract of the counter of these writers, 1 to 256, in this order, and with this name. */
    public static Contract contract(List<PublicKey> writers, String name) {
        if (writers.isEmpty() || writers.size() > MAX_WRITERS) {
            throw new IllegalArgumentException("a counter has 1 to " + MAX_WRITERS + " writers, not " + writers.size());
        }
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer parameters = ByteBuffer.allocate(Short.BYTES + writers.size() * Signing.KEY_BYTES + text.length);
        parameters.putShort((short) writers.size());
        writers.forEach(writer -> parameters.put(Signing.raw(writer)));
        return Contract.of(CODE, new Parameters(Bytes.wrap(parameters.put(text).array())));
    }

    /**
     * A signed state with the slot of one writer. Merged with the states of the other writers it is the counter.
     *
     * @param index index of the writer in the contract, from 0
     * @param count the new count of the writer, 1 or more, and more than the writer signed before
     */
    public static State slot(Contract contract, PrivateKey writer, int index, long count) {
        if (count < 1) {
            throw new IllegalArgumentException("count must be 1 or more, not " + count);
        }
        byte[] slot = ByteBuffer.allocate(Short.BYTES + Long.BYTES)
                .putShort((short) index)
                .putLong(count)
                .array();
        return new State(Bytes.wrap(ByteBuffer.allocate(slot.length + Signing.SIGNATURE_BYTES)
                .put(slot)
                .put(Signing.sign(writer, "tributary/counter/1", contract.parameters(), slot))
                .array()));
    }

    /** The count of the writer with this index in a valid state; 0 if the writer has no slot. */
    public static long count(State state, int index) {
        ByteBuffer slots = state.bytes().toBuffer();
        while (slots.hasRemaining()) {
            int writer = Short.toUnsignedInt(slots.getShort());
            long count = slots.getLong();
            if (writer == index) {
                return count;
            }
            slots.position(slots.position() + Signing.SIGNATURE_BYTES);
        }
        return 0;
    }

    /** The value of the counter: the sum of all slots of a valid state. */
    public static long value(State state) {
        long sum = 0;
        ByteBuffer slots = state.bytes().toBuffer();
        while (slots.hasRemaining()) {
            slots.getShort();
            sum += slots.getLong();
            slots.position(slots.position() + Signing.SIGNATURE_BYTES);
        }
        return sum;
    }
}
