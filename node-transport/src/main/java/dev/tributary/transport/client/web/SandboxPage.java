package dev.tributary.transport.client.web;

import dev.tributary.transport.client.http.HttpQuery;
import dev.tributary.transport.client.http.HttpReply;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Prepares a page of an application for the shell's frame: adds the scripts that connect it to the shell. */
final class SandboxPage {

    private final String scripts = "<script>" + Scripts.read("websocket.js") + "</script><script>"
            + Scripts.read("links.js") + "</script><script>" + Scripts.read("title.js") + "</script>";

    /** Returns the page with its scripts and headers. Throws {@link UnusableArchiveException} if it is not UTF-8. */
    HttpReply show(AppPath path, HttpQuery request, byte[] page) {
        String html = withScripts(rewriteRootPaths(utf8(path.path(), page), path.prefix()));
        return HttpReply.html(200, html).withHeader("Content-Security-Policy", policy(PageOrigin.of(request)));
    }

    private static String policy(String origin) {
        return "sandbox " + ShellPage.SANDBOX + "; default-src " + origin
                + " 'unsafe-inline' 'unsafe-eval' blob: data:; connect-src " + origin + " blob: data:; form-action "
                + origin + "; frame-ancestors " + origin;
    }

    /** Replaces the prefix {@code /./} of quoted paths by the root of the application. */
    static String rewriteRootPaths(String text, String prefix) {
        return text.replace("\"/./", "\"" + prefix).replace("'/./", "'" + prefix);
    }

    static String utf8(String name, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UnusableArchiveException("'" + name + "' is not UTF-8", e);
        }
    }

    private String withScripts(String html) {
        String lower = html.toLowerCase(Locale.ROOT);
        int place = lower.indexOf("</head>");
        if (place < 0) {
            place = lower.indexOf("<body");
        }
        // In some alphabets lower case has another length, so positions differ; then scripts go to the start.
        if (place < 0 || lower.length() != html.length()) {
            place = 0;
        }
        return html.substring(0, place) + scripts + html.substring(place);
    }
}
