package dev.tributary.transport.client.web;

import dev.tributary.transport.client.http.HttpBody;
import dev.tributary.transport.client.http.HttpQuery;
import dev.tributary.transport.client.http.HttpReply;
import dev.tributary.transport.client.web.page.HeadPlace;
import dev.tributary.transport.client.web.page.PageCharset;
import dev.tributary.transport.client.web.page.RootPaths;

/**
 * Prepares a page of an application for the shell's frame: adds the scripts that connect it to the shell, before any
 * other. All other bytes stay as they are, in whatever encoding.
 */
final class SandboxPage {

    private final String scripts = "<script>" + Scripts.read("websocket.js") + "</script><script>"
            + Scripts.read("links.js") + "</script><script>" + Scripts.read("title.js") + "</script>";

    /** Returns the page with its scripts and headers. */
    HttpReply show(AppPath path, HttpQuery request, int status, byte[] page) {
        PageCharset charset = PageCharset.of(page);
        String html = RootPaths.replace(new String(page, charset.units()), path.prefix());
        int place = HeadPlace.in(html);
        String connected = html.substring(0, place) + scripts + html.substring(place);
        return HttpReply.of(
                        status,
                        "text/html; charset=" + charset.name(),
                        new HttpBody.Bytes(connected.getBytes(charset.units())))
                .withHeader("Content-Security-Policy", policy(PageOrigin.of(request)))
                .withHeader("Cache-Control", "no-store");
    }

    private static String policy(String origin) {
        return "sandbox " + ShellPage.SANDBOX + "; default-src " + origin
                + " 'unsafe-inline' 'unsafe-eval' blob: data:; connect-src " + origin + " blob: data:; form-action "
                + origin + "; frame-ancestors " + origin;
    }
}
