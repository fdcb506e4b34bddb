package dev.tributary.transport.client.codec;

import dev.tributary.core.value.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A message with known bytes, written by the reference library or taken from the examples of the specification. */
record TestVector(String kind, String name, Bytes content, Optional<Bytes> flatBuffers, String debug) {

    static final String REQUEST = "ClientRequest";
    static final String REPLY = "HostResult";

    private static final Pattern FIELD = Pattern.compile("^ +\"(\\w+)\": \"(.*)\",?$");
    private static final String LAST_FIELD = "name";

    /** Messages of this kind that the reference library wrote. */
    static List<TestVector> fromReferenceLibrary(String kind) {
        List<TestVector> found = new ArrayList<>();
        Map<String, String> fields = new HashMap<>();
        for (String line : lines("native-vectors.json")) {
            Matcher field = FIELD.matcher(line);
            if (field.matches()) {
                fields.put(field.group(1), field.group(2));
                if (field.group(1).equals(LAST_FIELD)) {
                    found.add(of(fields));
                    fields.clear();
                }
            }
        }
        return found.stream().filter(vector -> vector.kind.equals(kind)).toList();
    }

    private static TestVector of(Map<String, String> fields) {
        return new TestVector(
                fields.getOrDefault("kind", ""),
                fields.getOrDefault(LAST_FIELD, ""),
                hex(fields.getOrDefault("hex", "")),
                Optional.ofNullable(fields.get("flatbuffers_hex")).map(TestVector::hex),
                fields.getOrDefault("debug", ""));
    }

    /** Examples of the specification in this encoding. */
    static List<TestVector> examples(ClientEncoding encoding) {
        List<TestVector> found = new ArrayList<>();
        boolean reply = false;
        for (String line : lines(encoding.label() + "-examples.txt")) {
            int equals = line.lastIndexOf(" = ");
            String name = line.substring(0, equals);
            // Each file lists the requests first.
            reply |= name.startsWith("PutResponse") || name.startsWith("Ok(");
            Bytes content = hex(line.substring(equals + 3));
            found.add(new TestVector(reply ? REPLY : REQUEST, name, content, Optional.empty(), ""));
        }
        return found;
    }

    static List<TestVector> examples(ClientEncoding encoding, String kind) {
        return examples(encoding).stream()
                .filter(vector -> vector.kind.equals(kind))
                .toList();
    }

    private static Bytes hex(String hex) {
        return Bytes.wrap(HexFormat.of().parseHex(hex));
    }

    /** Returns a copy. */
    byte[] bytes() {
        return content.toArray();
    }

    private static List<String> lines(String file) {
        try (InputStream in = Objects.requireNonNull(TestVector.class.getResourceAsStream("/client/" + file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
