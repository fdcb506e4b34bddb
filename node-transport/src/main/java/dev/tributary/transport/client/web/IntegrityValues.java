package dev.tributary.transport.client.web;

import dev.tributary.transport.files.OwnerOnly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The digests by which the pages and scripts of one application have browsers check its files. They are collected while
 * it is unpacked, and kept beside its files. Not thread-safe; reading and writing block.
 */
final class IntegrityValues {

    static final String FILE = "integrity";

    /** Digests beyond this number are not recorded; a page that names more of them has its scripts changed. */
    private static final int MAX_VALUES = 20_000;

    /** Characters that are looked at again with the next piece: more than the longest digest has. */
    private static final int OVERLAP = 100;

    private static final Pattern VALUE = Pattern.compile("sha(?:256|384|512)-([A-Za-z0-9+/]{42,86}={0,2})");

    private final Set<String> values = new TreeSet<>();
    private String rest = "";

    void nextFile() {
        rest = "";
    }

    void add(byte[] piece, int count) {
        String text = rest + new String(piece, 0, count, StandardCharsets.ISO_8859_1);
        for (Matcher found = VALUE.matcher(text); values.size() < MAX_VALUES && found.find(); ) {
            values.add(found.group(1));
        }
        rest = text.substring(Math.max(0, text.length() - OVERLAP));
    }

    void write(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        Files.createFile(file, OwnerOnly.file(file));
        Files.write(file, values, StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
    }

    /** Returns whether the application has browsers check a file of this content. */
    static boolean isChecked(UnpackedApp app, byte[] content) throws IOException {
        Set<String> known = Set.copyOf(Files.readAllLines(app.directory().resolve(FILE), StandardCharsets.US_ASCII));
        return !known.isEmpty()
                && Set.of("SHA-256", "SHA-384", "SHA-512").stream()
                        .anyMatch(each -> known.contains(FileNames.integrity(each, content)));
    }
}
