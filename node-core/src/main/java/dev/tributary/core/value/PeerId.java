package dev.tributary.core.value;

/** Who a peer is, whatever its address: SHA-256 of its public key in SubjectPublicKeyInfo form. Text form Base58. */
public record PeerId(Bytes bytes) implements Comparable<PeerId> {

    public PeerId {
        Digest.requireSize(bytes, "peer id");
    }

    /** Reads the Base58 form; throws {@link IllegalArgumentException} that says what is wrong with it. */
    public static PeerId parse(String text) {
        return new PeerId(Base58.decode32(text, "peer id"));
    }

    /** Where the peer sits on the ring. It follows from the identity, so it stays when the address changes. */
    public RingLocation location() {
        return Digest.location(bytes);
    }

    /**
     * How many zero bits SHA-256 of this id begins with: a puzzle that is solved by making one key after the other, so that
     * identities, and with them places on the ring, cost work (a static puzzle as in S/Kademlia, Baumgart and Mies 2007).
     */
    public int zeroBits() {
        return Digest.zeroBits(Digest.sha256(bytes.shared()));
    }

    @Override
    public int compareTo(PeerId other) {
        return bytes.compareTo(other.bytes);
    }

    /** The first eight characters, enough for a log line. */
    public String brief() {
        return toString().substring(0, 8);
    }

    @Override
    public String toString() {
        return Base58.encode(bytes);
    }
}
