package dev.tributary.app.storage.index;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A digest of the entries of the index, which does not depend on their order and is updated with each change: the sums of a
 * hash of each key, and of each key with the checksum that ends its record. An entry that is missing, or is that of another
 * version, changes it. For one thread.
 */
public final class IndexDigest {

    private final MessageDigest sha;
    private long keys;
    private long contents;

    /** The digest of an empty index. */
    public IndexDigest() {
        try {
            this.sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Adds an entry.
     *
     * @param map the number of its map
     */
    public void add(int map, byte[] key, byte[] record) {
        long hash = hash(map, key);
        keys += hash;
        contents += mix(hash, record);
    }

    /**
     * Removes an entry.
     *
     * @param map the number of its map
     */
    public void remove(int map, byte[] key, byte[] record) {
        long hash = hash(map, key);
        keys -= hash;
        contents -= mix(hash, record);
    }

    /** Sum over the keys. */
    public long keys() {
        return keys;
    }

    /** Sum over the keys and the checksums of their records. */
    public long contents() {
        return contents;
    }

    private long hash(int map, byte[] key) {
        sha.update((byte) map);
        return ByteBuffer.wrap(sha.digest(key)).getLong();
    }

    private static long mix(long hash, byte[] record) {
        int checksum = record.length < Integer.BYTES
                ? record.length
                : ByteBuffer.wrap(record).getInt(record.length - Integer.BYTES);
        long mixed = hash ^ (checksum * 0x9E3779B97F4A7C15L);
        mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ (mixed >>> 33);
    }
}
