package dev.tributary.transport.client.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of bytes that a client asks for.
 *
 * @param from position of the first byte
 * @param to position of the last byte, within the content
 */
record ByteRange(long from, long to) {

    /** A number of more digits is larger than any file. */
    private static final Pattern SPEC = Pattern.compile("([0-9]{0,18})-([0-9]{0,18})");

    private static final String UNIT = "bytes=";

    /**
     * Parses a {@code Range} header.
     *
     * @return the ranges that the content has, perhaps none; empty if the header is to be ignored
     */
    static Optional<List<ByteRange>> parse(String header, long size) {
        if (!header.startsWith(UNIT)) {
            return Optional.empty();
        }
        List<ByteRange> ranges = new ArrayList<>();
        for (String each : header.substring(UNIT.length()).split(",", -1)) {
            Matcher spec = SPEC.matcher(each.strip());
            if (!spec.matches() || spec.group().equals("-")) {
                return Optional.empty();
            }
            boolean isSuffix = spec.group(1).isEmpty();
            long first = isSuffix ? Math.max(0, size - Long.parseLong(spec.group(2))) : Long.parseLong(spec.group(1));
            long last = isSuffix || spec.group(2).isEmpty() ? size - 1 : Long.parseLong(spec.group(2));
            if (!isSuffix && last < first && !spec.group(2).isEmpty()) {
                return Optional.empty();
            }
            if (first < size) {
                ranges.add(new ByteRange(first, Math.min(last, size - 1)));
            }
        }
        return Optional.of(ranges);
    }

    long size() {
        return to - from + 1;
    }

    /** Returns the value of {@code Content-Range}. */
    String of(long size) {
        return "bytes " + from + "-" + to + "/" + size;
    }
}
