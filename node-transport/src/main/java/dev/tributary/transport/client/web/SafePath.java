package dev.tributary.transport.client.web;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks the names of files in a web application. They never become names on this machine, so every character is
 * allowed but NUL.
 */
public final class SafePath {

    /** Maximum length of a path, in bytes of UTF-8: percent-encoded, it fits a request line. */
    public static final int MAX_BYTES = 4096;

    private SafePath() {}

    /**
     * Returns a relative path with slashes, without empty segments and {@code .}; an empty text for the root.
     *
     * @return empty if the path is absolute, contains {@code ..} or NUL, or is too long
     */
    public static Optional<String> normalized(String path) {
        if (path.startsWith("/") || path.indexOf('\0') >= 0 || bytes(path) > MAX_BYTES) {
            return Optional.empty();
        }
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..")) {
                return Optional.empty();
            }
            if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(segment);
            }
        }
        return Optional.of(String.join("/", segments));
    }

    private static int bytes(String path) {
        return path.getBytes(StandardCharsets.UTF_8).length;
    }
}
