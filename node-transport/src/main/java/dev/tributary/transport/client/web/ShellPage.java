package dev.tributary.transport.client.web;

import dev.tributary.transport.client.http.Escaping;
import dev.tributary.transport.client.http.HttpReply;
import java.util.Map;

/**
 * The shell page around a web application. It holds the token and opens WebSockets on behalf of the application, which
 * can do neither because it runs in a sandboxed frame with an opaque origin.
 */
final class ShellPage {

    /** Sandbox permissions of an application. Never the origin of the server, never navigation of the shell. */
    static final String SANDBOX =
            "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads" + " allow-modals";

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'unsafe-inline'; frame-src 'self'; style-src 'unsafe-inline';"
                    + " img-src data:; connect-src 'self' ws: wss:; worker-src 'self'",
            "X-Frame-Options",
            "DENY",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cache-Control",
            "no-store");

    /** Lifetime of the cookie, in seconds. */
    private static final long COOKIE_SECONDS = 86_400;

    private final String page = Scripts.read("shell.html");
    private final String bridge = Scripts.read("bridge.js");

    /**
     * Returns the shell around a page.
     *
     * @param secure whether the cookie gets the Secure attribute
     */
    HttpReply show(AppPath path, String token, boolean secure) {
        String cookie =
                "authorization=Bearer " + token + "; Path=" + path.prefix().replaceAll("/$", "")
                        + "; SameSite=Strict; Max-Age=" + COOKIE_SECONDS + (secure ? "; Secure" : "");
        String html = page.replace("@FRAME@", Escaping.html(path.sandboxUrl()))
                .replace("@SANDBOX@", SANDBOX)
                .replace("@TOKEN@", Escaping.json(token))
                .replace("@PREFIX@", Escaping.json(path.prefix()))
                .replace("@BRIDGE@", bridge);
        return HttpReply.html(200, html)
                .withHeaders(HEADERS)
                .withHeader("Authorization", "Bearer " + token)
                .withHeader("Set-Cookie", cookie);
    }
}
