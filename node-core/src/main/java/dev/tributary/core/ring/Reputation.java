package dev.tributary.core.ring;

import java.time.Duration;

/**
 * What one neighbour's exchanges say beyond what its distance does. All of it fades, so that a neighbour which is not
 * asked any more is tried again after a while.
 *
 * @param events how many exchanges it is made of
 * @param failure how much more often it fails than others at its distance, added to their probability
 * @param slowness how many times as long as others at its distance it takes
 * @param heard when the last of them was over, in nanoseconds of the node's time source
 * @param silences how often in a row it said nothing
 * @param doubtedUntil when it may be asked before others again, in the same nanoseconds; meaningless without silences
 */
record Reputation(int events, double failure, double slowness, long heard, int silences, long doubtedUntil) {

    static final Reputation UNKNOWN = new Reputation(0, 0, 1, 0, 0, 0);

    /** Of every event this share is taken over: the last ten count for two thirds. */
    private static final double SHARE = 0.1;

    /** Fewer say nothing yet. More are not needed: what is learned begins at nothing and grows with every event. */
    private static final int LEAST_EVENTS = 5;

    /** One answer may count as eight times slower or faster, however large the state was that it carried. */
    private static final double MOST_RATIO = 8;

    private static final double FORGOTTEN_NANOS = Duration.ofMinutes(10).toNanos();
    private static final long FIRST_DOUBT = Duration.ofSeconds(30).toNanos();
    private static final long LONGEST_DOUBT = Duration.ofMinutes(10).toNanos();

    /** A silence that everybody may fall into more probably than this says little about this neighbour. */
    private static final double CHANCE = 0.05;

    /** With one more exchange, beside what was expected of any neighbour at its distance. */
    Reputation learns(Event event, Curves expected) {
        double surprise = event.outcome().failure() - expected.failure().at(event.span());
        double ratio = event.isTimed()
                ? Math.min(
                        MOST_RATIO, Math.max(1, event.took()) / expected.nanos().at(event.span()))
                : slowness;
        return new Reputation(
                events + 1,
                failure + SHARE * (surprise - failure),
                slowness + SHARE * (ratio - slowness),
                event.at(),
                silences,
                doubtedUntil);
    }

    /**
     * With one more silence. It is doubted at once, and each time for twice as long; unless the others are silent so
     * often too that it may be chance.
     */
    Reputation silent(double othersSilent, long at) {
        int more = silences + 1;
        boolean byChance = Math.pow(othersSilent, more) > CHANCE;
        long doubt = byChance ? 0 : Math.min(LONGEST_DOUBT, FIRST_DOUBT << Math.min(silences, 5));
        return new Reputation(events, failure, slowness, heard, more, at + doubt);
    }

    /** With a sign of life. */
    Reputation alive() {
        return silences == 0 ? this : new Reputation(events, failure, slowness, heard, 0, 0);
    }

    /** Whether it is better to ask all others first. */
    boolean isDoubted(long now) {
        return silences > 0 && doubtedUntil - now > 0;
    }

    double failure(long now) {
        return weight(now) * failure;
    }

    double slowness(long now) {
        return 1 + weight(now) * (slowness - 1);
    }

    private double weight(long now) {
        return events < LEAST_EVENTS ? 0 : Math.max(0, 1 - (now - heard) / FORGOTTEN_NANOS);
    }
}
