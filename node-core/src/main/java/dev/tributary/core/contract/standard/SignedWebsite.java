package dev.tributary.core.contract.standard;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.State;
import java.nio.ByteBuffer;
import java.security.PrivateKey;
import java.security.PublicKey;

/**
 * A web application of one writer; the highest version wins. The client gateway of every node serves its states to
 * browsers. Stateless; safe to use from any thread.
 */
public final class SignedWebsite {

    /** Number of bytes of a state before its archive: two sizes, the version and the signature. */
    public static final int HEADER_BYTES = Long.BYTES + Integer.BYTES + Signing.SIGNATURE_BYTES + Long.BYTES;

    /** Maximum version. */
    public static final long MAX_VERSION = 0xffff_ffffL;

    private static final int METADATA_BYTES = Integer.BYTES + Signing.SIGNATURE_BYTES;
    private static final ContractCode CODE = StandardCode.of("website");

    private SignedWebsite() {}

    public static ContractCode code() {
        return CODE;
    }

    /** The contract of this writer's website; throws {@link IllegalArgumentException} if the key is not Ed25519. */
    public static Contract contract(PublicKey writer, String name) {
        return Contract.of(CODE, Signing.parameters(writer, name));
    }

    /** The state before the first version. */
    public static State empty() {
        return State.of(new byte[0]);
    }

    /**
     * A signed state with this version of the website.
     *
     * @param version 1 to 4 294 967 295
     * @param archive a tar archive compressed with xz, with {@code index.html} at its root; the content is not checked
     *     here
     */
    public static State state(Contract contract, PrivateKey writer, long version, Bytes archive) {
        if (version < 1 || version > MAX_VERSION) {
            throw new IllegalArgumentException("version must be 1 to " + MAX_VERSION + ", not " + version);
        }
        byte[] number = ByteBuffer.allocate(Integer.BYTES).putInt((int) version).array();
        byte[] signature =
                Signing.sign(writer, "tributary/website/1", contract.parameters(), number, archive.toArray());
        return new State(Bytes.wrap(ByteBuffer.allocate(HEADER_BYTES + archive.size())
                .putLong(METADATA_BYTES)
                .put(number)
                .put(signature)
                .putLong(archive.size())
                .put(archive.toBuffer())
                .array()));
    }

    /** The version of a valid state; 0 before the first version. */
    public static long version(State state) {
        return state.size() < HEADER_BYTES
                ? 0
                : Integer.toUnsignedLong(state.bytes().toBuffer().getInt(Long.BYTES));
    }

    /** The archive of a valid state; empty before the first version. */
    public static Bytes archive(State state) {
        byte[] archive = new byte[Math.max(0, state.size() - HEADER_BYTES)];
        state.bytes().toBuffer().position(state.size() - archive.length).get(archive);
        return Bytes.wrap(archive);
    }
}
