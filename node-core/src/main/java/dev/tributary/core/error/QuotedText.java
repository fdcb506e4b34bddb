package dev.tributary.core.error;

/** Text of a peer, a contract or a client, made safe for one line of a log or an error message. */
public final class QuotedText {

    /** Maximum number of characters that are shown. */
    private static final int MAX_CHARACTERS = 200;

    private QuotedText() {}

    /** Returns the text in double quotes, as by {@link #cut}; a double quote inside becomes a single one. */
    public static String quote(String text) {
        return '"' + cut(text).replace('"', '\'') + '"';
    }

    /** Returns at most 200 characters, without characters that control a terminal or the order or end of a line. */
    public static String cut(String text) {
        String start = text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS);
        return printable(start) + (start.length() < text.length() ? "..." : "");
    }

    /** Replaces characters that control a terminal or the order or end of a line by question marks. */
    public static String printable(CharSequence text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().map(QuotedText::printable).forEach(printable::appendCodePoint);
        return printable.toString();
    }

    private static int printable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> '?';
            default -> character;
        };
    }
}
