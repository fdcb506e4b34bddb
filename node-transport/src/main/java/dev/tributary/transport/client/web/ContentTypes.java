package dev.tributary.transport.client.web;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Content types of files by extension. */
final class ContentTypes {

    static final String UNKNOWN = "application/octet-stream";

    static final String SCRIPT = "application/javascript";

    private static final Map<String, String> BY_EXTENSION = Scripts.read("media-types.txt")
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split(" ", 2))
            .collect(Collectors.toUnmodifiableMap(line -> line[0], line -> withCharset(line[1])));

    private ContentTypes() {}

    static String of(String name) {
        return BY_EXTENSION.getOrDefault(extension(name), UNKNOWN);
    }

    /** Returns whether a file is shown as a page, with the scripts that connect it to the shell. */
    static boolean isPage(String name) {
        return extension(name).equals("html") || extension(name).equals("htm");
    }

    static boolean isScript(String name) {
        return of(name).equals(SCRIPT);
    }

    /** A style sheet is read in the encoding of its page, or the one that it names itself. */
    private static String withCharset(String type) {
        return type.startsWith("text/") && !type.equals("text/css") ? type + "; charset=utf-8" : type;
    }

    /** Returns the lower-case extension of the last path segment, without the dot; empty if there is none. */
    static String extension(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
