package dev.tributary.app.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Paths with {@code ~} for the user's home directory, also in a file, where no shell expands it. */
final class HomePath {

    private static final Path HOME = Path.of(System.getProperty("user.home"));

    private HomePath() {}

    static Path parse(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("must be a path");
        }
        try {
            return text.equals("~") || text.startsWith("~/")
                    ? HOME.resolve(text.substring(1).replaceFirst("^/+", ""))
                    : Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("must be a path", e);
        }
    }

    static String format(Path path) {
        return path.startsWith(HOME) ? "~/" + HOME.relativize(path) : path.toString();
    }
}
