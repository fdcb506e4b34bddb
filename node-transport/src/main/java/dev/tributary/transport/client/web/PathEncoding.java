package dev.tributary.transport.client.web;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes paths percent-encoded, as addresses have them. */
final class PathEncoding {

    /** What stands in the path of an address for itself, besides letters and digits. */
    private static final String PLAIN = "-._~/!$*(),;:@=+";

    private PathEncoding() {}

    static String encode(String path) {
        StringBuilder encoded = new StringBuilder(path.length());
        for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
            char plain = (char) (each & 0xff);
            if (plain < 0x80 && (Character.isLetterOrDigit(plain) || PLAIN.indexOf(plain) >= 0)) {
                encoded.append(plain);
            } else {
                encoded.append('%')
                        .append(Integer.toHexString(0x100 | plain).substring(1).toUpperCase(Locale.ROOT));
            }
        }
        return encoded.toString();
    }
}
