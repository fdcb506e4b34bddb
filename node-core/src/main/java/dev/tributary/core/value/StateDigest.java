package dev.tributary.core.value;

/**
 * SHA-256 of a state: two nodes compare it to detect equal states without sending them. Text form Base58. SHA-256
 * instead of the BLAKE3 of contract keys, because it is faster.
 */
public record StateDigest(Bytes bytes) {

    /** Size in bytes. */
    public static final int SIZE = Digest.SIZE;

    public StateDigest {
        Digest.requireSize(bytes, "state digest");
    }

    static StateDigest of(State state) {
        return new StateDigest(state.bytes().sha256());
    }

    @Override
    public String toString() {
        return Base58.encode(bytes);
    }
}
