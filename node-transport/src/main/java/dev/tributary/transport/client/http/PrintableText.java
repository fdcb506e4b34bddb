package dev.tributary.transport.client.http;

/** Makes untrusted text safe to quote in an error message. */
final class PrintableText {

    private static final int MAX_CHARACTERS = 60;

    private PrintableText() {}

    /** Returns at most 60 characters of printable ASCII; other characters become question marks. */
    static String abbreviate(String text) {
        String start = text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS) + "...";
        return start.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
