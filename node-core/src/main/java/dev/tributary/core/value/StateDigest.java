package dev.tributary.core.value;

/**
 * SHA-256 of a state: two nodes that hold the same bytes know it without sending them. Text form Base58. It names bytes
 * and nothing else, so it is the fast hash and not the one that contract keys are made of.
 */
public record StateDigest(Bytes bytes) {

    /** The number of bytes. */
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
