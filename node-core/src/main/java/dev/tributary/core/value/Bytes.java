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

    /** Computed at most a few times: several threads may do it at once, with the same result. */
    private @Nullable Bytes sha256;

    /** Zero until it is asked for, for names are looked up often; several threads may compute it too. */
    private int hash;

    private Bytes(byte[] array) {
        this.array = array;
    }

    public static Bytes empty() {
        return EMPTY;
    }

    /** A private copy of the array. */
    public static Bytes copyOf(byte[] array) {
        return new Bytes(array.clone());
    }

    /** Takes the array over without a copy. The caller gives it up: it must never be written again. */
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

    /** A copy that belongs to the caller. */
    public byte[] toArray() {
        return array.clone();
    }

    /** A read-only view without a copy. */
    public ByteBuffer toBuffer() {
        return ByteBuffer.wrap(array).asReadOnlyBuffer();
    }

    public String toHex() {
        return HexFormat.of().formatHex(array);
    }

    /** The bytes read as UTF-8, with replacement of what is not. */
    public String toUtf8() {
        return new String(array, StandardCharsets.UTF_8);
    }

    /** SHA-256 of the bytes, kept for the next time. */
    Bytes sha256() {
        Bytes known = sha256;
        if (known == null) {
            known = Digest.sha256(array);
            sha256 = known;
        }
        return known;
    }

    /** The bytes themselves, for code in this package that only reads them. */
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

    /** In the order of the first byte that differs, as a signed number; a beginning comes before the whole. */
    @Override
    public int compareTo(Bytes other) {
        return Arrays.compare(array, other.array);
    }

    /** The length only: content does not belong in logs. */
    @Override
    public String toString() {
        return array.length + " bytes";
    }
}
