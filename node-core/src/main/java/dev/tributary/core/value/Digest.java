package dev.tributary.core.value;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.apache.commons.codec.digest.Blake3;
import org.apache.commons.codec.digest.DigestUtils;

/** The two hashes the node's names are made of, and their text form. Package-private: the names themselves are public. */
final class Digest {

    /** Every name is this long: BLAKE3-256 and SHA-256 alike. */
    static final int SIZE = 32;

    private Digest() {}

    /** BLAKE3-256 of the parts one after the other. */
    static Bytes blake3(Bytes... parts) {
        Blake3 hash = Blake3.initHash();
        for (Bytes part : parts) {
            hash.update(part.shared());
        }
        return Bytes.wrap(hash.doFinalize(SIZE));
    }

    /** SHA-256 of the bytes. */
    static Bytes sha256(byte[] bytes) {
        return Bytes.wrap(DigestUtils.sha256(bytes));
    }

    /** How many bits are zero before the first that is not. */
    static int zeroBits(Bytes digest) {
        return digest.size() * Byte.SIZE - new BigInteger(1, digest.shared()).bitLength();
    }

    static Bytes requireSize(Bytes bytes, String what) {
        if (bytes.size() != SIZE) {
            throw new IllegalArgumentException(what + " must have " + SIZE + " bytes, not " + bytes.size());
        }
        return bytes;
    }

    /** The first 53 bits read as a binary fraction in [0, 1). */
    static RingLocation location(Bytes digest) {
        long bits = ByteBuffer.wrap(digest.shared()).getLong() >>> 11;
        return new RingLocation(bits * 0x1.0p-53);
    }
}
