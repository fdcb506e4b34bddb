package dev.tributary.app.contract;

import dev.tributary.core.value.Bytes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Text that a terminal can be shown, whoever wrote it. */
public final class Printable {

    private static final int LONGEST = 2000;
    private static final int SHORT_HASH = 16;

    private Printable() {}

    /** The text in one line, without anything that would move the cursor, and not endless. */
    public static String line(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\x80-\\x9f]", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }

    /** The SHA-256 in hex, as common tools print it. */
    public static String hash(Bytes bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer content = bytes.toBuffer();
            digest.update(content);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java machine has SHA-256", absent);
        }
    }

    /** Its first digits, enough to tell files apart. */
    static String shortHash(Bytes bytes) {
        return hash(bytes).substring(0, SHORT_HASH);
    }
}
