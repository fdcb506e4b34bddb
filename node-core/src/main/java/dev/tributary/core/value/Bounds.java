package dev.tributary.core.value;

import java.time.Duration;

/**
 * Range checks of settings. Each throws {@link IllegalArgumentException} with the setting, the allowed range and the
 * value.
 */
public final class Bounds {

    private Bounds() {}

    /** Requires a number in the inclusive range. */
    public static void within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be in " + min + ".." + max + ", not " + value);
        }
    }

    /** Requires a duration greater than zero. */
    public static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be more than zero, not " + value);
        }
    }
}
