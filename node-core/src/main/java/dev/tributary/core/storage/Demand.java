package dev.tributary.core.storage;

import java.time.Duration;
import java.time.Instant;

/**
 * Why a contract is held: how recently and how often somebody asked for it. What nodes do among themselves to keep
 * copies alive is no demand, or a dead contract would live for ever.
 *
 * @param byClient whether a client of this node put it
 * @param last when somebody last asked for it, or when it came if nobody ever did
 * @param weight how often somebody asked, each time worth half as much for every {@link #HALF_LIFE} that has passed by
 *     the time of {@code last}; more than zero
 */
public record Demand(boolean byClient, Instant last, double weight) {

    /** Long enough for a daily habit to count a little, short enough for yesterday's fashion to go. */
    public static final Duration HALF_LIFE = Duration.ofHours(1);

    /** What a contract that nobody ever asked for weighs: as much as one that was asked for once, a day ago. */
    private static final double UNASKED = 0x1p-24;

    public Demand {
        if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("weight must be more than 0 and finite, not " + weight);
        }
    }

    /** That of a contract that came without anybody asking for it. */
    public static Demand none(Instant now) {
        return new Demand(false, now, UNASKED);
    }

    /** That of a contract that somebody asks for the first time. */
    public static Demand once(Instant now) {
        return new Demand(false, now, 1);
    }

    /** This one after somebody asked again. A clock that was set back counts as one that stood still. */
    public Demand again(Instant now) {
        return now.isBefore(last)
                ? new Demand(byClient, last, weight + 1)
                : new Demand(byClient, now, weight * Math.pow(2, -halfLives(Duration.between(last, now))) + 1);
    }

    /** This one after a client of this node put the contract. */
    public Demand putByClient() {
        return new Demand(true, last, weight);
    }

    /**
     * How much the contract is wanted, in half-lives: of two contracts the one with the higher warmth is wanted more, at
     * whatever moment they are compared.
     */
    public double warmth() {
        return halfLives(Duration.ofSeconds(last.getEpochSecond(), last.getNano())) + Math.log(weight) / Math.log(2);
    }

    private static double halfLives(Duration duration) {
        return (double) duration.toMillis() / HALF_LIFE.toMillis();
    }
}
