package dev.tributary.core.value;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** An immutable sequence of bytes, compared by content. */
public final class Bytes implements Comparable<Bytes> {

    private static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] array;

    /** Computed on first use. A benign race: several threads may compute it, with the same result. */
    private @Nullable Bytes sha256;

    /** Cached, because ids are looked up often; 0 until first use. The same benign race. */
    private int hash;

    private Bytes(byte[] array) {
        this.array = array;
    }

    public static Bytes empty() {
        return EMPTY;
    }

    /** Creates bytes from a copy of the array. */
    public static Bytes copyOf(byte[] array) {
        return new Bytes(array.clone());
    }

    /** Takes ownership of the array without a copy: the caller must not write to it any more. */
    public static Bytes wrap(byte[] array) {
        return new Bytes(array);
    }

    public static Bytes utf8(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The number of bytes. */
    public int size() {
        return array.length;
    }

    public boolean isEmpty() {
        return array.length == 0;
    }

    public byte at(int index) {
        return array[index];
    }

    /** Returns a copy. */
    public byte[] toArray() {
        return array.clone();
    }

    /** Returns a read-only view without a copy. */
    public ByteBuffer toBuffer() {
        return ByteBuffer.wrap(array).asReadOnlyBuffer();
    }

    public String toHex() {
        return HexFormat.of().formatHex(array);
    }

    /** Decodes the bytes as UTF-8, with replacement characters for invalid sequences. */
    public String toUtf8() {
        return new String(array, StandardCharsets.UTF_8);
    }

    /** Returns SHA-256 of the bytes, computed once. */
    Bytes sha256() {
        Bytes known = sha256;
        if (known == null) {
            known = Digest.sha256(array);
            sha256 = known;
        }
        return known;
    }

    /** Returns the array itself without a copy, for code in this package that only reads it. */
    byte[] shared() {
        return array;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(array, that.array);
    }

    @Override
    public int hashCode() {
        int known = hash;
        if (known == 0) {
            known = Arrays.hashCode(array);
            hash = known;
        }
        return known;
    }

    /** Orders lexicographically by signed bytes; a prefix comes first. */
    @Override
    public int compareTo(Bytes other) {
        return Arrays.compare(array, other.array);
    }

    /** Returns the length only: content must not appear in logs. */
    @Override
    public String toString() {
        return array.length + " bytes";
    }
}
