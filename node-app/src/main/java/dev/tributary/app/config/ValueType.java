package dev.tributary.app.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The type of a setting's value: how it is written, its unit and the allowed values.
 *
 * @param placeholder placeholder of the value in the help
 * @param isList whether the value is a list: an array in the file, a repeated flag, or separated by commas
 * @param min smallest allowed number, in the unit; unused without a unit
 * @param max largest allowed number, in the unit; {@link Long#MAX_VALUE} for no limit
 * @param rule the allowed values in words, which complete the range of a number
 */
public record ValueType(String placeholder, boolean isList, Unit unit, long min, long max, String rule) {

    /** The unit of a setting that is a number. */
    public enum Unit {
        /** Not a number. */
        NONE,
        /** Number of things. */
        COUNT,
        /** Number of bits. */
        BITS,
        /** Size: bytes, or a number with {@code KiB}, {@code MiB} or {@code GiB}. */
        BYTES,
        /** Duration: a number with {@code ms}, {@code s}, {@code min} or {@code h}. */
        MILLISECONDS
    }

    static ValueType text(String placeholder, String rule) {
        return new ValueType(placeholder, false, Unit.NONE, 0, 0, rule);
    }

    static ValueType list(String placeholder, String rule) {
        return new ValueType(placeholder, true, Unit.NONE, 0, 0, rule);
    }

    static <E extends Enum<E>> ValueType choice(E[] constants) {
        String forms = Arrays.stream(constants).map(Setting::lower).collect(Collectors.joining("|"));
        return text(forms, forms.replace("|", ", "));
    }

    static ValueType count(long min, long max) {
        return number("COUNT", Unit.COUNT, min, max);
    }

    static ValueType bits(long min, long max) {
        return number("BITS", Unit.BITS, min, max);
    }

    static ValueType size(long min, long max) {
        return number("SIZE", Unit.BYTES, min, max);
    }

    static ValueType time(Duration min, Duration max) {
        return number("TIME", Unit.MILLISECONDS, min.toMillis(), max.toMillis());
    }

    static ValueType time(Duration min) {
        return number("TIME", Unit.MILLISECONDS, min.toMillis(), Long.MAX_VALUE);
    }

    /** This type, with a rule that completes its range. */
    ValueType and(String rule) {
        return new ValueType(placeholder, isList, unit, min, max, rule);
    }

    /** Whether the value is a number, with a range. */
    public boolean isNumber() {
        return unit != Unit.NONE;
    }

    /** Whether the range has an upper limit. */
    public boolean isLimited() {
        return max != Long.MAX_VALUE;
    }

    /** Formats a number of this unit as the text of a value. */
    public String format(long number) {
        return switch (unit) {
            case BYTES -> Quantity.ofBytes(number);
            case MILLISECONDS -> Quantity.of(Duration.ofMillis(number));
            case NONE, COUNT, BITS -> Long.toString(number);
        };
    }

    /** The allowed values, for people. */
    public String allowed() {
        if (!isNumber()) {
            return rule;
        }
        String range = isLimited() ? format(min) + " to " + format(max) : format(min) + " or more";
        return rule.isEmpty() ? range : range + ", " + rule;
    }

    private static ValueType number(String placeholder, Unit unit, long min, long max) {
        return new ValueType(placeholder, false, unit, min, max, "");
    }
}
