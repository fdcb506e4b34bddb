package dev.tributary.core.value;

/**
 * Identifies one contract: BLAKE3-256 of its code hash followed by its parameters. Text form Base58. Sufficient for a
 * GET.
 */
public record ContractInstanceId(Bytes bytes) {

    /** The id of no contract: stands for one in requests and calls that only ask for a sign of life. */
    public static final ContractInstanceId NONE = new ContractInstanceId(Bytes.wrap(new byte[Digest.SIZE]));

    public ContractInstanceId {
        Digest.requireSize(bytes, "contract instance id");
    }

    /** The id of the contract with this code and these parameters. */
    public static ContractInstanceId of(CodeHash code, Parameters parameters) {
        return new ContractInstanceId(Digest.blake3(code.bytes(), parameters.bytes()));
    }

    /** Parses the Base58 form; throws {@link IllegalArgumentException} with the cause if it is invalid. */
    public static ContractInstanceId parse(String text) {
        return new ContractInstanceId(Base58.decode32(text, "contract instance id"));
    }

    /** Returns the contract's ring location: the id as a binary fraction. */
    public RingLocation location() {
        return Digest.location(bytes);
    }

    @Override
    public String toString() {
        return Base58.encode(bytes);
    }
}
