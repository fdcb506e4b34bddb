package dev.tributary.transport.client.web;

import dev.tributary.transport.client.http.DoorAnswer;
import dev.tributary.transport.client.http.Escaped;
import java.util.Map;

/**
 * The page around a web application. It holds the token and opens WebSockets for the application, which runs in a frame with
 * an origin of its own and can do neither.
 */
final class ShellPage {

    /** What an application may do. Never its door's origin, never to replace the shell. */
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

    private static final long COOKIE_SECONDS = 86_400;

    private final String page = Scripts.read("shell.html");
    private final String bridge = Scripts.read("bridge.js");

    /**
     * The shell around a page.
     *
     * @param secure whether the door is reached through an address at which browsers keep secure cookies only
     */
    DoorAnswer show(AppPath path, String token, boolean secure) {
        String cookie =
                "authorization=Bearer " + token + "; Path=" + path.prefix().replaceAll("/$", "")
                        + "; SameSite=Strict; Max-Age=" + COOKIE_SECONDS + (secure ? "; Secure" : "");
        String html = page.replace("@FRAME@", Escaped.html(path.inside()))
                .replace("@SANDBOX@", SANDBOX)
                .replace("@TOKEN@", Escaped.json(token))
                .replace("@PREFIX@", Escaped.json(path.prefix()))
                .replace("@BRIDGE@", bridge);
        return DoorAnswer.html(200, html)
                .withAll(HEADERS)
                .with("Authorization", "Bearer " + token)
                .with("Set-Cookie", cookie);
    }
}
