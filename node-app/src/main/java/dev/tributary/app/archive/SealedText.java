package dev.tributary.app.archive;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lines {@code key value} in UTF-8, ended by a line with the SHA-256 of those before: a flipped bit and a missing end
 * are detected. Keys that a reader does not know are skipped.
 */
final class SealedText {

    private static final String SEAL = "sha256 ";
    private static final int SEAL_LENGTH = SEAL.length() + 64 + 1;

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    private SealedText() {}

    /** Encodes the lines, and adds the last one. */
    static Bytes encode(List<String> lines) {
        String text = String.join("\n", lines) + "\n";
        return Bytes.utf8(text + SEAL + sha256(text) + "\n");
    }

    /** Decodes a text; fails with the defect if it is damaged or incomplete. */
    static SealedText decode(Bytes bytes) throws IOException {
        String text = bytes.toUtf8();
        int end = text.length() - SEAL_LENGTH;
        if (end <= 0 || !text.startsWith(SEAL, end)) {
            throw new IOException("it is incomplete: its last line is missing");
        }
        String sealed = text.substring(0, end);
        if (!text.substring(end).equals(SEAL + sha256(sealed) + "\n")) {
            throw new IOException("it is damaged: its SHA-256 differs");
        }
        SealedText decoded = new SealedText();
        for (String line : sealed.split("\n", -1)) {
            int space = line.indexOf(' ');
            if (space > 0) {
                decoded.values
                        .computeIfAbsent(line.substring(0, space), key -> new ArrayList<>())
                        .add(line.substring(space + 1));
            }
        }
        return decoded;
    }

    /** The first value of this key. */
    Optional<String> optional(String key) {
        return all(key).stream().findFirst();
    }

    /** The first value of this key; fails if there is none. */
    String value(String key) throws IOException {
        return optional(key).orElseThrow(() -> new IOException("it has no line '" + key + "'"));
    }

    /** All values of this key, in their order. */
    List<String> all(String key) {
        return values.getOrDefault(key, List.of());
    }

    private static String sha256(String text) {
        return State.utf8(text).digest().bytes().toHex();
    }
}
