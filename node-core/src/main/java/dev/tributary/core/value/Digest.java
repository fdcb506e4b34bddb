package dev.tributary.core.value;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.apache.commons.codec.digest.Blake3;
import org.apache.commons.codec.digest.DigestUtils;

/** The two hash functions behind all ids: BLAKE3-256 and SHA-256. */
final class Digest {

    /** Size of every digest in bytes, for BLAKE3-256 and SHA-256. */
    static final int SIZE = 32;

    private Digest() {}

    /** Returns BLAKE3-256 of the concatenated parts. */
    static Bytes blake3(Bytes... parts) {
        Blake3 hash = Blake3.initHash();
        for (Bytes part : parts) {
            hash.update(part.shared());
        }
        return Bytes.wrap(hash.doFinalize(SIZE));
    }

    /** Returns SHA-256 of the bytes. */
    static Bytes sha256(byte[] bytes) {
        return Bytes.wrap(DigestUtils.sha256(bytes));
    }

    /** Returns the number of leading zero bits. */
    static int zeroBits(Bytes digest) {
        return digest.size() * Byte.SIZE - new BigInteger(1, digest.shared()).bitLength();
    }

    static Bytes requireSize(Bytes bytes, String what) {
        if (bytes.size() != SIZE) {
            throw new IllegalArgumentException(what + " must have " + SIZE + " bytes, not " + bytes.size());
        }
        return bytes;
    }

    /** Returns the first 53 bits as a binary fraction in [0, 1). */
    static RingLocation location(Bytes digest) {
        long bits = ByteBuffer.wrap(digest.shared()).getLong() >>> 11;
        return new RingLocation(bits * 0x1.0p-53);
    }
}
