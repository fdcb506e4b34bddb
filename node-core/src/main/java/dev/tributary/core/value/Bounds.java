package dev.tributary.core.value;

import java.time.Duration;

/** Tests of settings: each throws {@link IllegalArgumentException} that names the setting, what is allowed, and what was given. */
public final class Bounds {

    private Bounds() {}

    /** A number from the least to the most, both of them allowed. */
    public static void within(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be in " + least + ".." + most + ", not " + value);
        }
    }

    /** A time that passes. */
    public static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be more than zero, not " + value);
        }
    }
}
