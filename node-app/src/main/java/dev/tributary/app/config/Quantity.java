package dev.tributary.app.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses and formats sizes and durations: a whole number and a unit, such as {@code 128 KiB} or {@code 60 s}. */
public final class Quantity {

    private static final Pattern FORMAT = Pattern.compile("(\\d{1,18})\\s*([A-Za-z]*)");

    private static final Map<String, Long> BYTES =
            units("", 1L, "b", 1L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30);

    private static final Map<String, Long> MILLIS = units("ms", 1L, "s", 1_000L, "min", 60_000L, "h", 3_600_000L);

    private Quantity() {}

    static long bytes(String text) {
        return parse(text, BYTES, "a whole number of bytes, or one with KiB, MiB or GiB, such as 128 KiB");
    }

    /** A number of bytes, cut to the range of an int; the record of the setting checks the setting's own limit. */
    static int smallBytes(String text) {
        return (int) Math.min(Integer.MAX_VALUE, bytes(text));
    }

    /** Parses a duration; throws {@link IllegalArgumentException} that names the allowed format. */
    public static Duration duration(String text) {
        return Duration.ofMillis(parse(text, MILLIS, "a whole number with ms, s, min or h, such as 60 s"));
    }

    static String ofBytes(long bytes) {
        for (int shift = 30; shift >= 10; shift -= 10) {
            if (bytes >= 1L << shift && bytes % (1L << shift) == 0) {
                return (bytes >> shift) + " " + "KMG".charAt(shift / 10 - 1) + "iB";
            }
        }
        return Long.toString(bytes);
    }

    static String of(Duration duration) {
        long millis = duration.toMillis();
        if (millis >= 3_600_000 && millis % 3_600_000 == 0) {
            return duration.toHours() + " h";
        }
        return millis % 1_000 == 0 ? duration.toSeconds() + " s" : millis + " ms";
    }

    private static long parse(String text, Map<String, Long> units, String allowed) {
        Matcher matcher = FORMAT.matcher(text.strip());
        Long unit = matcher.matches() ? units.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("must be " + allowed);
        }
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("is too large", e);
        }
    }

    private static Map<String, Long> units(Object... pairs) {
        Map<String, Long> units = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            units.put((String) pairs[i], (Long) pairs[i + 1]);
        }
        return units;
    }
}
