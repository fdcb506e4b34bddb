package dev.tributary.transport.client.http;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The reply to an HTTP request for a page. */
public record DoorAnswer(int status, Map<String, String> headers, Body body) {

    private static final Content EMPTY = new Content(new byte[0]);

    public DoorAnswer {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** The body of the reply. */
    public sealed interface Body {}

    /** A body in memory. The caller hands over the array and must not modify it afterwards. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Content(byte[] bytes) implements Body {}

    /** A file, streamed with the backpressure of the client. */
    public record FileContent(Path path, long size) implements Body {}

    public static DoorAnswer empty(int status) {
        return new DoorAnswer(status, Map.of(), EMPTY);
    }

    public static DoorAnswer text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text);
    }

    public static DoorAnswer json(int status, String json) {
        return of(status, "application/json", json);
    }

    public static DoorAnswer html(int status, String html) {
        return of(status, "text/html; charset=utf-8", html);
    }

    /** Returns a reply with text of this content type, encoded in UTF-8. */
    public static DoorAnswer of(int status, String type, String text) {
        return of(status, type, new Content(text.getBytes(StandardCharsets.UTF_8)));
    }

    public static DoorAnswer of(int status, String type, Body body) {
        return new DoorAnswer(status, Map.of("Content-Type", type), body);
    }

    /** Returns a redirect to this location. */
    public static DoorAnswer redirect(int status, String location) {
        return empty(status).with("Location", location);
    }

    public DoorAnswer with(String name, String value) {
        Map<String, String> extended = new LinkedHashMap<>(headers);
        extended.put(name, value);
        return new DoorAnswer(status, extended, body);
    }

    public DoorAnswer withAll(Map<String, String> added) {
        Map<String, String> extended = new LinkedHashMap<>(headers);
        extended.putAll(added);
        return new DoorAnswer(status, extended, body);
    }
}
