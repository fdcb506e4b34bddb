package dev.tributary.core.value;

import java.time.Clock;
import java.util.Comparator;
import java.util.random.RandomGenerator;

/**
 * Identifies one attempt of one operation across all peers: 48 bits of milliseconds since 1970 and 80 random bits,
 * written as a ULID (26 characters of Crockford's Base32), so that ids sort by time.
 */
public record TransactionId(long high, long low) {

    /** Orders ids by the millisecond of their creation, earliest first. */
    public static final Comparator<TransactionId> BY_TIME =
            Comparator.comparingLong(TransactionId::high).thenComparingLong(TransactionId::low);

    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static TransactionId next(Clock clock, RandomGenerator random) {
        return new TransactionId(clock.millis() << 16 | random.nextInt(1 << 16), random.nextLong());
    }

    @Override
    public String toString() {
        char[] text = new char[26];
        long high = this.high;
        long low = this.low;
        for (int i = 25; i >= 0; i--) {
            text[i] = ALPHABET.charAt((int) (low & 31));
            low = low >>> 5 | high << 59;
            high >>>= 5;
        }
        return new String(text);
    }
}
