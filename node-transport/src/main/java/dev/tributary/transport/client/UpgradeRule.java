package dev.tributary.transport.client;

import dev.tributary.transport.client.http.HttpQuery;
import dev.tributary.transport.client.http.HttpReply;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks the headers by which a client asks for a WebSocket (RFC 6455, 4.2). */
final class UpgradeRule {

    private static final String VERSION = "13";

    /** The Base64 of 16 bytes. */
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{21}[AQgw]==");

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");

    private UpgradeRule() {}

    /** Returns the refusal of a request that is no valid upgrade; null for a valid one. */
    static @Nullable HttpReply refusal(HttpQuery request) {
        boolean isUpgrade = request.header(HttpHeaderNames.UPGRADE)
                .filter("websocket"::equalsIgnoreCase)
                .isPresent();
        if (!isUpgrade || !request.method().equals("GET")) {
            return HttpReply.text(426, "only WebSockets are served here").withHeader("Upgrade", "websocket");
        }
        if (request.header(HttpHeaderNames.SEC_WEBSOCKET_VERSION)
                .filter(VERSION::equals)
                .isEmpty()) {
            return HttpReply.text(426, "the header Sec-WebSocket-Version must be " + VERSION)
                    .withHeader("Upgrade", "websocket")
                    .withHeader("Sec-WebSocket-Version", VERSION);
        }
        boolean hasKey = request.header(HttpHeaderNames.SEC_WEBSOCKET_KEY)
                .filter(key -> KEY.matcher(key).matches())
                .isPresent();
        return hasKey ? null : HttpReply.text(400, "the header Sec-WebSocket-Key must be the Base64 of 16 bytes");
    }

    /** Returns the first subprotocol that a client offers; empty if it offers none. */
    static String subprotocol(HttpQuery request) {
        return request.header(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)
                .map(offered -> offered.split(",", 2)[0].strip())
                .filter(first -> TOKEN.matcher(first).matches())
                .orElse("");
    }
}
