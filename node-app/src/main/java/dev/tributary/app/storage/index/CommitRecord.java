package dev.tributary.app.storage.index;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a commit says of the whole index. It is an entry of the index, part of each commit, and stands in the generation file
 * as well.
 *
 * @param storeId random number of the store
 * @param generation number of the commit, from 0
 * @param keys of {@link IndexDigest}
 * @param contents of {@link IndexDigest}
 */
public record CommitRecord(long storeId, long generation, long keys, long contents) {

    /** Number of bytes of an encoded record. */
    public static final int BYTES = 4 * Long.BYTES + Integer.BYTES;

    private static final int CHECKED_BYTES = 4 * Long.BYTES;

    /** The record that stands before the first commit of a new store. */
    public static CommitRecord first() {
        return new CommitRecord(new SecureRandom().nextLong(), 0, 0, 0);
    }

    /** The record of the next commit. */
    public CommitRecord next(IndexDigest digest) {
        return new CommitRecord(storeId, generation + 1, digest.keys(), digest.contents());
    }

    public byte[] encode() {
        byte[] bytes = new byte[BYTES];
        ByteBuffer out = ByteBuffer.wrap(bytes);
        out.putLong(storeId).putLong(generation).putLong(keys).putLong(contents);
        out.putInt(checksum(bytes));
        return bytes;
    }

    /** The record at the start of the bytes, or null if they are none. */
    public static @Nullable CommitRecord decode(byte @Nullable [] bytes) {
        if (bytes == null || bytes.length < BYTES) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return in.getInt(CHECKED_BYTES) == checksum(bytes)
                ? new CommitRecord(in.getLong(), in.getLong(), in.getLong(), in.getLong())
                : null;
    }

    /** The checksum of an encoded record begins at 1, so that zeros are no record. */
    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(1);
        crc.update(bytes, 0, CHECKED_BYTES);
        return (int) crc.getValue();
    }
}
