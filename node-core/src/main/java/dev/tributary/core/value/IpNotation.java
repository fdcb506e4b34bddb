package dev.tributary.core.value;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The text forms of IP addresses: every valid notation is read, one is written. */
final class IpNotation {

    /** Maximum length of an IPv6 address in text, whose last four bytes may be written as in IPv4. */
    private static final int MAX_LENGTH = 45;

    /** Number of 16-bit groups of an IPv6 address. */
    private static final int GROUPS = 8;

    private IpNotation() {}

    /** Returns the 4 or 16 bytes that the text denotes, or empty if it is not an IP address. */
    static Optional<Bytes> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        return text.indexOf(':') < 0 ? ipv4(text) : ipv6(text);
    }

    private static Optional<Bytes> ipv4(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] bytes = new byte[4];
        if (parts.length != bytes.length) {
            return Optional.empty();
        }
        for (int i = 0; i < bytes.length; i++) {
            if (!isOctet(parts[i])) {
                return Optional.empty();
            }
            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }
        return Optional.of(Bytes.wrap(bytes));
    }

    /** Whether the text is a number in 0..255 without leading zeros, which would be octal for some programs. */
    private static boolean isOctet(String text) {
        boolean isNumber = !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber && (text.length() == 1 || text.charAt(0) != '0') && Integer.parseInt(text) <= 255;
    }

    private static Optional<Bytes> ipv6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            return groups(text, true).filter(all -> all.size() == GROUPS).map(IpNotation::joined);
        }
        // A second gap leaves an empty group in the text after the first, which is invalid.
        return groups(text.substring(0, gap), false)
                .flatMap(head -> groups(text.substring(gap + 2), true).flatMap(tail -> filled(head, tail)));
    }

    /** Fills the gap with zeros, at least one group. */
    private static Optional<Bytes> filled(List<Integer> head, List<Integer> tail) {
        List<Integer> all = new ArrayList<>(head);
        while (all.size() + tail.size() < GROUPS) {
            all.add(0);
        }
        boolean hasGap = all.size() > head.size();
        all.addAll(tail);
        return hasGap ? Optional.of(joined(all)) : Optional.empty();
    }

    /** Reads groups separated by colons; the last one may be an IPv4 address if the text ends the whole address. */
    private static Optional<List<Integer>> groups(String text, boolean endsAddress) {
        List<Integer> groups = new ArrayList<>(GROUPS);
        String[] parts = text.isEmpty() ? new String[0] : text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            if (isGroup(parts[i])) {
                groups.add(HexFormat.fromHexDigits(parts[i]));
            } else if (endsAddress && i == parts.length - 1 && ipv4(parts[i]).isPresent()) {
                Bytes embedded = ipv4(parts[i]).orElseThrow();
                groups.add(group(embedded, 0));
                groups.add(group(embedded, 1));
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(groups);
    }

    private static boolean isGroup(String text) {
        return !text.isEmpty() && text.length() <= 4 && text.chars().allMatch(HexFormat::isHexDigit);
    }

    private static Bytes joined(List<Integer> groups) {
        byte[] bytes = new byte[2 * GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            bytes[2 * i] = (byte) (groups.get(i) >>> 8);
            bytes[2 * i + 1] = groups.get(i).byteValue();
        }
        return Bytes.wrap(bytes);
    }

    private static int group(Bytes bytes, int index) {
        return Byte.toUnsignedInt(bytes.at(2 * index)) << 8 | Byte.toUnsignedInt(bytes.at(2 * index + 1));
    }

    /** Returns the text form of 4 or 16 bytes. */
    static String format(Bytes bytes) {
        if (bytes.size() == 4) {
            return (bytes.at(0) & 0xff) + "." + (bytes.at(1) & 0xff) + "." + (bytes.at(2) & 0xff) + "."
                    + (bytes.at(3) & 0xff);
        }
        int gap = 0;
        int gapLength = 1;
        for (int start = 0; start < GROUPS; start++) {
            int length = zerosFrom(bytes, start);
            if (length > gapLength) {
                gap = start;
                gapLength = length;
            }
        }
        return gapLength == 1
                ? format(bytes, 0, GROUPS)
                : format(bytes, 0, gap) + "::" + format(bytes, gap + gapLength, GROUPS);
    }

    private static int zerosFrom(Bytes bytes, int start) {
        int end = start;
        while (end < GROUPS && group(bytes, end) == 0) {
            end++;
        }
        return end - start;
    }

    private static String format(Bytes bytes, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : ":").append(Integer.toHexString(group(bytes, i)));
        }
        return text.toString();
    }
}
