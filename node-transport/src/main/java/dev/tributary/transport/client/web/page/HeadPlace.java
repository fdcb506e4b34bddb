package dev.tributary.transport.client.web.page;

/**
 * Finds where scripts come first in a page: behind its {@code head} tag, or else behind its {@code html} tag or doctype.
 * Comments, strings and text that look like these tags do not count.
 */
public final class HeadPlace {

    private final String html;
    private int at;

    private HeadPlace(String html) {
        this.html = html;
    }

    /** Returns the position at which scripts can be inserted. */
    public static int in(String html) {
        return new HeadPlace(html).find();
    }

    private int find() {
        // A byte order mark, decoded, or as the three bytes of UTF-8.
        at = html.startsWith("\ufeff") ? 1 : html.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
        int place = at;
        while (true) {
            skipSpace();
            if (html.startsWith("<!--", at)) {
                if (!skipPast("-->", at + 4)) {
                    return place;
                }
            } else if (isAt("<!doctype") || isAt("<?xml")) {
                if (!skipPast(">", at)) {
                    return place;
                }
                place = at;
            } else if (isTag("html") || isTag("head")) {
                boolean last = isTag("head");
                if (!skipTag()) {
                    return place;
                }
                place = at;
                if (last) {
                    return place;
                }
            } else {
                return place;
            }
        }
    }

    private void skipSpace() {
        while (at < html.length() && " \t\r\n\f".indexOf(html.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean skipPast(String end, int from) {
        int found = html.indexOf(end, from);
        at = found + end.length();
        return found >= 0;
    }

    /** Skips a start tag with its attributes, whose quoted values may contain the end of a tag. */
    private boolean skipTag() {
        char quote = 0;
        for (; at < html.length(); at++) {
            char each = html.charAt(at);
            if (quote != 0) {
                quote = each == quote ? 0 : quote;
            } else if (each == '"' || each == '\'') {
                quote = each;
            } else if (each == '>') {
                at++;
                return true;
            }
        }
        return false;
    }

    private boolean isTag(String name) {
        int end = at + 1 + name.length();
        return isAt("<" + name) && end < html.length() && " \t\r\n\f/>".indexOf(html.charAt(end)) >= 0;
    }

    private boolean isAt(String text) {
        return html.regionMatches(true, at, text, 0, text.length());
    }
}
