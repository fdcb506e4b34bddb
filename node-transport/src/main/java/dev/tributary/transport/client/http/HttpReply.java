package dev.tributary.transport.client.http;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The reply to an HTTP request for a page. */
public record HttpReply(int status, Map<String, String> headers, Body body) {

    private static final BytesBody EMPTY = new BytesBody(new byte[0]);

    public HttpReply {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** The body of the reply. */
    public sealed interface Body {

        /** The kinds of bodies, one for each permitted type. */
        enum Kind {
            BYTES,
            FILE
        }

        Kind kind();
    }

    /** A body in memory. The caller hands over the array and must not modify it afterwards. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record BytesBody(byte[] bytes) implements Body {

        @Override
        public Kind kind() {
            return Kind.BYTES;
        }
    }

    /** A file, streamed with the backpressure of the client. */
    public record FileBody(Path path, long size) implements Body {

        @Override
        public Kind kind() {
            return Kind.FILE;
        }
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
        return of(status, type, new BytesBody(text.getBytes(StandardCharsets.UTF_8)));
    }

    public static HttpReply of(int status, String type, Body body) {
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
