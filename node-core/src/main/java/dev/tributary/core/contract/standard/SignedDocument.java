package dev.tributary.core.contract.standard;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.State;
import java.nio.ByteBuffer;
import java.security.PrivateKey;
import java.security.PublicKey;

/** A document of one writer; the highest version wins. Stateless; safe to use from any thread. */
public final class SignedDocument {

    /** Number of bytes of a state before its content: version and signature. */
    public static final int HEADER_BYTES = Long.BYTES + Signing.SIGNATURE_BYTES;

    private static final ContractCode CODE = StandardCode.of("document");

    private SignedDocument() {}

    public static ContractCode code() {
        return CODE;
    }

    /** The contract of this writer's document; throws {@link IllegalArgumentException} if the key is not Ed25519. */
    public static Contract contract(PublicKey writer, String name) {
        return Contract.of(CODE, Signing.parameters(writer, name));
    }

    /** The state before the first version. */
    public static State empty() {
        return State.of(new byte[0]);
    }

    /**
     * A signed state with this version of the document.
     *
     * @param version 1 or more
     */
    public static State state(Contract contract, PrivateKey writer, long version, Bytes content) {
        if (version < 1) {
            throw new IllegalArgumentException("version must be 1 or more, not " + version);
        }
        byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(version).array();
        byte[] signature =
                Signing.sign(writer, "tributary/document/1", contract.parameters(), number, content.toArray());
        return new State(Bytes.wrap(ByteBuffer.allocate(HEADER_BYTES + content.size())
                .put(number)
                .put(signature)
                .put(content.toBuffer())
                .array()));
    }

    /** The version of a valid state; 0 before the first version. */
    public static long version(State state) {
        return state.size() < HEADER_BYTES ? 0 : state.bytes().toBuffer().getLong();
    }

    /** The content of a valid state; empty before the first version. */
    public static Bytes content(State state) {
        byte[] content = new byte[Math.max(0, state.size() - HEADER_BYTES)];
        state.bytes().toBuffer().position(state.size() - content.length).get(content);
        return Bytes.wrap(content);
    }
}
