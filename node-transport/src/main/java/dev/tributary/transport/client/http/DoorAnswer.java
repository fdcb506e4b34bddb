package dev.tributary.transport.client.http;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer to a request for a page. */
public record DoorAnswer(int status, Map<String, String> headers, Body body) {

    private static final Content NOTHING = new Content(new byte[0]);

    public DoorAnswer {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** What follows the headers. */
    public sealed interface Body {}

    /** Bytes that are there. Given up by whoever made it: the array must never be written again. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Content(byte[] bytes) implements Body {}

    /** A file, read as fast as the client takes it. */
    public record FileContent(Path path, long size) implements Body {}

    public static DoorAnswer empty(int status) {
        return new DoorAnswer(status, Map.of(), NOTHING);
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

    /** Text of any type. */
    public static DoorAnswer of(int status, String type, String text) {
        return of(status, type, new Content(text.getBytes(StandardCharsets.UTF_8)));
    }

    public static DoorAnswer of(int status, String type, Body body) {
        return new DoorAnswer(status, Map.of("Content-Type", type), body);
    }

    /** Elsewhere. */
    public static DoorAnswer redirect(int status, String location) {
        return empty(status).with("Location", location);
    }

    public DoorAnswer with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new DoorAnswer(status, more, body);
    }

    public DoorAnswer withAll(Map<String, String> others) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.putAll(others);
        return new DoorAnswer(status, more, body);
    }
}
