package dev.tributary.core.value;

/** Identity of a peer, independent of its address: SHA-256 of its SubjectPublicKeyInfo. Text form Base58. */
public record PeerId(Bytes bytes) implements Comparable<PeerId> {

    public PeerId {
        Digest.requireSize(bytes, "peer id");
    }

    /** Parses the Base58 form; throws {@link IllegalArgumentException} with the cause if it is invalid. */
    public static PeerId parse(String text) {
        return new PeerId(Base58.decode32(text, "peer id"));
    }

    /** Returns the peer's ring location. It is derived from the id, so a change of address does not change it. */
    public RingLocation location() {
        return Digest.location(bytes);
    }

    /**
     * Returns the number of leading zero bits of SHA-256 of this id: the difficulty of its proof of work. It is solved
     * by trying keys, so that identities, and thus ring locations, are expensive (a static crypto puzzle as in
     * S/Kademlia, Baumgart and Mies 2007).
     */
    public int zeroBits() {
        return Digest.zeroBits(Digest.sha256(bytes.shared()));
    }

    @Override
    public int compareTo(PeerId other) {
        return bytes.compareTo(other.bytes);
    }

    /** Returns the first eight characters of the text form, for log lines. */
    public String brief() {
        return toString().substring(0, 8);
    }

    @Override
    public String toString() {
        return Base58.encode(bytes);
    }
}
