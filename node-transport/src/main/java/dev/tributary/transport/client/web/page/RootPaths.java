package dev.tributary.transport.client.web.page;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Replaces the prefix {@code /./} of quoted paths by the root of the application. */
public final class RootPaths {

    /** The prefix counts where a path follows it: not at the end of a string, nor before a flag of a regular expression. */
    private static final Pattern QUOTED =
            Pattern.compile("([\"'])/\\./(?![dgimsuvy]\\1)(?=[A-Za-z0-9_%@\\x80-\\uffff])");

    private RootPaths() {}

    /** The text with the absolute paths of its root below this prefix. */
    public static String replace(String text, String prefix) {
        return QUOTED.matcher(text).replaceAll("$1" + prefix);
    }

    /** As {@link #replace(String, String)}; all other bytes stay as they are, in whatever encoding. */
    public static byte[] replace(byte[] text, String prefix) {
        return replace(new String(text, StandardCharsets.ISO_8859_1), prefix).getBytes(StandardCharsets.ISO_8859_1);
    }
}
