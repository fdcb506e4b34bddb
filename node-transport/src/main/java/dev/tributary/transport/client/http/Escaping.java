package dev.tributary.transport.client.http;

/** Escapes text for HTML and JSON. */
public final class Escaping {

    private Escaping() {}

    /** Escapes text for HTML content and attribute values. */
    public static String html(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** Returns a quoted JSON string that is also safe in a script inside HTML. */
    public static String json(String raw) {
        StringBuilder text = new StringBuilder(raw.length() + 2).append('"');
        for (int i = 0; i < raw.length(); i++) {
            char character = raw.charAt(i);
            switch (character) {
                case '"', '\\' -> text.append('\\').append(character);
                case '<', '>', '&', '\u2028', '\u2029' -> appendUnicode(text, character);
                default -> {
                    if (character < ' ') {
                        appendUnicode(text, character);
                    } else {
                        text.append(character);
                    }
                }
            }
        }
        return text.append('"').toString();
    }

    private static void appendUnicode(StringBuilder text, char character) {
        text.append("\\u").append(Integer.toHexString(0x10000 | character), 1, 5);
    }
}
