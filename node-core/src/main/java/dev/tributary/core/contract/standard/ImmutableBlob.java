package dev.tributary.core.contract.standard;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;

/** Immutable content, identified by its SHA-256 hash. Stateless; safe to use from any thread. */
public final class ImmutableBlob {

    private static final ContractCode CODE = StandardCode.of("blob");

    private ImmutableBlob() {}

    public static ContractCode code() {
        return CODE;
    }

    /** The contract of the blob with this content. */
    public static Contract contract(Bytes content) {
        return Contract.of(CODE, new Parameters(Bytes.wrap(Signing.sha256(content))));
    }

    /** The state with this content. */
    public static State state(Bytes content) {
        return new State(content);
    }
}
