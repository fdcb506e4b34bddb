package dev.tributary.transport.client.http;

/** Foreign text made fit to be shown in an error. */
final class Shown {

    private static final int LONGEST = 60;

    private Shown() {}

    /** At most 60 characters of printable ASCII; others become question marks. */
    static String brief(String text) {
        String start = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        return start.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
