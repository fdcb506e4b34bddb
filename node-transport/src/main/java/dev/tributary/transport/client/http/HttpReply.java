package dev.tributary.transport.client.http;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The reply to an HTTP request for a page. */
public record HttpReply(int status, Map<String, String> headers, HttpBody body) {

    private static final HttpBody.Bytes EMPTY = new HttpBody.Bytes(new byte[0]);

    public HttpReply {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    public static HttpReply empty(int status) {
        return new HttpReply(status, Map.of(), EMPTY);
    }

    public static HttpReply text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text);
    }

    public static HttpReply json(int status, String json) {
        return of(status, "application/json", json);
    }

    public static HttpReply html(int status, String html) {
        return of(status, "text/html; charset=utf-8", html);
    }

    /** Returns a reply with text of this content type, encoded in UTF-8. */
    public static HttpReply of(int status, String type, String text) {
        return of(status, type, new HttpBody.Bytes(text.getBytes(StandardCharsets.UTF_8)));
    }

    public static HttpReply of(int status, String type, HttpBody body) {
        return new HttpReply(status, Map.of("Content-Type", type), body);
    }

    /** Returns a redirect to this location. */
    public static HttpReply redirect(int status, String location) {
        return empty(status).withHeader("Location", location);
    }

    public HttpReply withHeader(String name, String value) {
        Map<String, String> extended = new LinkedHashMap<>(headers);
        extended.put(name, value);
        return new HttpReply(status, extended, body);
    }

    public HttpReply withHeaders(Map<String, String> added) {
        Map<String, String> extended = new LinkedHashMap<>(headers);
        extended.putAll(added);
        return new HttpReply(status, extended, body);
    }
}
