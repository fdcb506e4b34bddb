package dev.tributary.app.contract;

import dev.tributary.core.value.Bytes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Makes untrusted text safe to print on a terminal. */
public final class Printable {

    private static final int MAX_LENGTH = 2000;
    private static final int SHORT_HASH_DIGITS = 16;

    private Printable() {}

    /** The text as one line of limited length, without control characters. */
    public static String line(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\x80-\\x9f]", " ");
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "...";
    }

    /** The SHA-256 in hex, as common tools print it. */
    public static String hash(Bytes bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer content = bytes.toBuffer();
            digest.update(content);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JVM has SHA-256", missing);
        }
    }

    /** The first 16 digits of the SHA-256, enough to distinguish files. */
    static String shortHash(Bytes bytes) {
        return hash(bytes).substring(0, SHORT_HASH_DIGITS);
    }
}
