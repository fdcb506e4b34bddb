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
import java.util.SortedMap;
import java.util.TreeMap;

/** A log of one writer that keeps its newest entries. Stateless; safe to use from any thread. */
public final class SignedLog {

    private static final ContractCode CODE = StandardCode.of("log");
    private static final int HEADER_BYTES = Long.BYTES + Signing.SIGNATURE_BYTES + Integer.BYTES;

    private SignedLog() {}

    public static ContractCode code() {
        return CODE;
    }

    /**
     * The contract of the log of this writer, with this name.
     *
     * @param entries number of entries to keep, 1 to 256: the contract verifies all signatures within its time limit
     * @param entryBytes maximum size of an entry in bytes, up to 65536
     */
    public static Contract contract(PublicKey writer, String name, int entries, int entryBytes) {
        if (entries < 1 || entries > 256 || entryBytes < 0 || entryBytes > 65_536) {
            throw new IllegalArgumentException(
                    "a log keeps 1 to 256 entries of up to 65536 bytes, not " + entries + " of " + entryBytes);
        }
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return Contract.of(
                CODE,
                new Parameters(Bytes.wrap(ByteBuffer.allocate(Signing.KEY_BYTES + 2 * Integer.BYTES + text.length)
                        .put(Signing.raw(writer))
                        .putInt(entries)
                        .putInt(entryBytes)
                        .put(text)
                        .array())));
    }

    /** A signed state with these entries by number. To append an entry, merge a state with that entry alone. */
    public static State state(Contract contract, PrivateKey writer, SortedMap<Long, Bytes> entries) {
        int size = entries.values().stream()
                .mapToInt(text -> HEADER_BYTES + text.size())
                .reduce(0, Math::addExact);
        ByteBuffer state = ByteBuffer.allocate(size);
        entries.forEach((number, text) -> {
            byte[] encoded = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
            state.put(encoded)
                    .put(Signing.sign(writer, "tributary/log/1", contract.parameters(), encoded, text.toArray()))
                    .putInt(text.size())
                    .put(text.toBuffer());
        });
        return new State(Bytes.wrap(state.array()));
    }

    /** The entries of a valid state, by number. */
    public static SortedMap<Long, Bytes> entries(State state) {
        SortedMap<Long, Bytes> entries = new TreeMap<>(Long::compareUnsigned);
        ByteBuffer rest = state.bytes().toBuffer();
        while (rest.hasRemaining()) {
            long number = rest.getLong();
            byte[] text = new byte
                    [rest.position(rest.position() + Signing.SIGNATURE_BYTES).getInt()];
            rest.get(text);
            entries.put(number, Bytes.wrap(text));
        }
        return entries;
    }
}
