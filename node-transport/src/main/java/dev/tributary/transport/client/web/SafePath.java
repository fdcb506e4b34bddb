package dev.tributary.transport.client.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Names of files inside an application, on any file system: nothing that leads out of it or means something special. */
final class SafePath {

    private static final int LONGEST_NAME = 200;
    private static final int LONGEST = 1000;

    private SafePath() {}

    /**
     * The segments of a relative path with slashes, empty ones and {@code .} left out: none for the root.
     *
     * @return empty if the path is absolute, leads upwards, or has a segment that some system reads in its own way
     */
    static Optional<List<String>> segments(String path) {
        if (path.startsWith("/") || path.length() > LONGEST) {
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
        return segment.length() <= LONGEST_NAME
                && !segment.equals("..")
                && !segment.endsWith(".")
                && !segment.endsWith(" ")
                && segment.chars().noneMatch(each -> each < 0x20 || each == 0x7f || "\\:*?\"<>|".indexOf(each) >= 0);
    }
}
