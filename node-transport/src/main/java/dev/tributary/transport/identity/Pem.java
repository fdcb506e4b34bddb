package dev.tributary.transport.identity;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sections of text in PEM: a title and bytes in Base64. */
final class Pem {

    private static final Pattern SECTION =
            Pattern.compile("-----BEGIN ([A-Z ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private Pem() {}

    static String write(String title, byte[] content) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + title + "-----\n" + lines + "\n-----END " + title + "-----\n";
    }

    /** Reads the only section with this title. Throws {@link IdentityException} if there is none or another one. */
    static byte[] section(String text, String title) {
        Matcher matcher = SECTION.matcher(text);
        byte[] found = null;
        while (matcher.find()) {
            if (matcher.group(1).equals(title)) {
                if (found != null) {
                    throw new IdentityException("more than one " + title);
                }
                found = base64(title, matcher.group(2));
            }
        }
        if (found == null) {
            throw new IdentityException("no " + title);
        }
        return found;
    }

    private static byte[] base64(String title, String text) {
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IdentityException("the " + title + " is not Base64", e);
        }
    }
}
