package dev.tributary.transport.client.http;

/** Text made fit to stand inside other text. */
public final class Escaped {

    private Escaped() {}

    /** Fit for HTML, attributes included. */
    public static String html(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** A JSON string with its quotes, fit for a script inside HTML too. */
    public static String json(String raw) {
        StringBuilder text = new StringBuilder(raw.length() + 2).append('"');
        for (int i = 0; i < raw.length(); i++) {
            char each = raw.charAt(i);
            switch (each) {
                case '"', '\\' -> text.append('\\').append(each);
                case '<', '>', '&', '\u2028', '\u2029' -> unicode(text, each);
                default -> {
                    if (each < ' ') {
                        unicode(text, each);
                    } else {
                        text.append(each);
                    }
                }
            }
        }
        return text.append('"').toString();
    }

    private static void unicode(StringBuilder text, char each) {
        text.append("\\u").append(Integer.toHexString(0x10000 | each), 1, 5);
    }
}
