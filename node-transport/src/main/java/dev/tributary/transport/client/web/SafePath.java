package dev.tributary.transport.client.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Validates file paths inside a web application, for all file systems: no path traversal and no special names. */
final class SafePath {

    /** Maximum length of a segment, in characters. */
    private static final int MAX_SEGMENT_LENGTH = 200;

    /** Maximum length of a path, in characters. */
    private static final int MAX_PATH_LENGTH = 1000;

    private SafePath() {}

    /**
     * Returns the segments of a relative path with slashes, without empty ones and {@code .}; an empty list for the root.
     *
     * @return empty if the path is absolute, contains {@code ..}, or has a segment that is special on some system
     */
    static Optional<List<String>> segments(String path) {
        if (path.startsWith("/") || path.length() > MAX_PATH_LENGTH) {
            return Optional.empty();
        }
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".")) {
                continue;
            }
            if (!isPlain(segment)) {
                return Optional.empty();
            }
            segments.add(segment);
        }
        return Optional.of(segments);
    }

    private static boolean isPlain(String segment) {
        return segment.length() <= MAX_SEGMENT_LENGTH
                && !segment.equals("..")
                && !segment.endsWith(".")
                && !segment.endsWith(" ")
                && segment.chars().noneMatch(each -> each < 0x20 || each == 0x7f || "\\:*?\"<>|".indexOf(each) >= 0);
    }
}
