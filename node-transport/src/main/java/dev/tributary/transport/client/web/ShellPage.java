package dev.tributary.transport.client.web;

import dev.tributary.transport.client.http.Escaping;
import dev.tributary.transport.client.http.HttpReply;
import java.util.Map;

/**
 * The shell page around a web application. It holds the token and opens WebSockets on behalf of the application, which
 * can do neither because it runs in a sandboxed frame with an opaque origin.
 */
final class ShellPage {

    /**
     * Sandbox permissions of an application. It has no origin, it navigates only its own frame, and it opens no windows:
     * the shell opens links in new tabs, without an opener. Forms are sent to this server only.
     */
    static final String SANDBOX = "allow-scripts allow-forms allow-downloads allow-modals";

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'unsafe-inline'; frame-src 'self'; style-src 'unsafe-inline';"
                    + " img-src data:; connect-src 'self' ws: wss:; worker-src 'self'; form-action 'none';"
                    + " base-uri 'none'; frame-ancestors 'none'",
            "X-Frame-Options",
            "DENY",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cache-Control",
            "no-store");

    private final String page = Scripts.read("shell.html");
    private final String bridge = Scripts.read("bridge.js");

    /** Returns the shell around a page. The token is in its script only. */
    HttpReply show(AppPath path, String token, int status) {
        String html = page.replace("@FRAME@", Escaping.html(path.sandboxUrl()))
                .replace("@SANDBOX@", SANDBOX)
                .replace("@TOKEN@", Escaping.json(token))
                .replace("@PREFIX@", Escaping.json(path.prefix()))
                .replace("@BRIDGE@", bridge);
        return HttpReply.html(status, html).withHeaders(HEADERS);
    }
}
