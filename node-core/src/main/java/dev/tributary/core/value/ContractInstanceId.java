package dev.tributary.core.value;

/**
 * Names one contract: BLAKE3-256 of its code hash followed by its parameters. Text form Base58. This is all that a GET
 * needs to know.
 */
public record ContractInstanceId(Bytes bytes) {

    public ContractInstanceId {
        Digest.requireSize(bytes, "contract instance id");
    }

    static ContractInstanceId of(CodeHash code, Parameters parameters) {
        return new ContractInstanceId(Digest.blake3(code.bytes(), parameters.bytes()));
    }

    /** Reads the Base58 form; throws {@link IllegalArgumentException} that says what is wrong with it. */
    public static ContractInstanceId parse(String text) {
        return new ContractInstanceId(Base58.decode32(text, "contract instance id"));
    }

    /** Where the contract lives: the id read as a binary fraction. */
    public RingLocation location() {
        return Digest.location(bytes);
    }

    @Override
    public String toString() {
        return Base58.encode(bytes);
    }
}
