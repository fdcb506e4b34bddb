package dev.tributary.core.value;

/** BLAKE3-256 of a contract's code. Text form Base58. */
public record CodeHash(Bytes bytes) {

    public CodeHash {
        Digest.requireSize(bytes, "code hash");
    }

    /** Parses the Base58 form; throws {@link IllegalArgumentException} with the cause if it is invalid. */
    public static CodeHash parse(String text) {
        return new CodeHash(Base58.decode32(text, "code hash"));
    }

    @Override
    public String toString() {
        return Base58.encode(bytes);
    }
}
