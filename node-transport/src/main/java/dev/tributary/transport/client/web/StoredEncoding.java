package dev.tributary.transport.client.web;

import dev.tributary.transport.client.http.HttpQuery;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.Arrays;
import java.util.Locale;

/** The encodings in which an application may hold a file beside its plain form; the first accepted one is sent. */
enum StoredEncoding {
    BROTLI("br", ".br"),
    GZIP("gzip", ".gz");

    private final String token;
    private final String suffix;

    StoredEncoding(String token, String suffix) {
        this.token = token;
        this.suffix = suffix;
    }

    /** The name of the encoding in headers. */
    String token() {
        return token;
    }

    /** What the name of the encoded file has behind that of the plain one. */
    String suffix() {
        return suffix;
    }

    /** Returns whether the client names this encoding, and not with a quality of zero. */
    boolean isAccepted(HttpQuery request) {
        String accepted = request.header(HttpHeaderNames.ACCEPT_ENCODING).orElse("");
        return Arrays.stream(accepted.toLowerCase(Locale.ROOT).replace(" ", "").split(",", -1))
                .anyMatch(each -> each.matches(token + "(;q=(?!0(\\.0*)?$).*)?"));
    }
}
