package dev.tributary.transport.client.web.page;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The encoding of a page, as a browser finds it: byte order mark, {@code meta}, content.
 *
 * @param name name for the header of the reply
 * @param units encoding in which the page can be changed and written again byte for byte
 */
public record PageCharset(String name, Charset units) {

    /** Number of bytes in which browsers look for {@code meta}. */
    private static final int PRESCAN_BYTES = 1024;

    private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);

    private static final Pattern META =
            Pattern.compile("<meta\\s[^>]*?charset\\s*=\\s*[\"']?\\s*([a-z0-9_:.-]{1,40})", Pattern.CASE_INSENSITIVE);

    /** The encoding of this page. */
    public static PageCharset of(byte[] page) {
        if (startsWith(page, 0xff, 0xfe)) {
            return new PageCharset("utf-16le", StandardCharsets.UTF_16LE);
        }
        if (startsWith(page, 0xfe, 0xff)) {
            return new PageCharset("utf-16be", StandardCharsets.UTF_16BE);
        }
        return new PageCharset(startsWith(page, 0xef, 0xbb, 0xbf) ? "utf-8" : named(page), StandardCharsets.ISO_8859_1);
    }

    private static String named(byte[] page) {
        String start = new String(page, 0, Math.min(page.length, PRESCAN_BYTES), StandardCharsets.ISO_8859_1);
        Matcher meta = META.matcher(COMMENT.matcher(start).replaceAll(""));
        if (meta.find()) {
            // A page in which the name can be read byte by byte is not in UTF-16, whatever it says.
            return meta.group(1).toLowerCase(Locale.ROOT).startsWith("utf-16") ? "utf-8" : meta.group(1);
        }
        return isUtf8(page) ? "utf-8" : "windows-1252";
    }

    private static boolean startsWith(byte[] page, int... mark) {
        if (page.length < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if ((page[i] & 0xff) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether these bytes are UTF-8. */
    public static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
