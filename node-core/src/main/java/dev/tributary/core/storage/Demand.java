package dev.tributary.core.storage;

import java.time.Duration;
import java.time.Instant;

/**
 * Why a contract is hosted: how recently and how often it was requested. Replication among nodes does not count as
 * demand, since otherwise an unused contract would never be evicted.
 *
 * @param isClientPut true if a client of this node put the contract
 * @param lastRequested time of the last request, or of the arrival if the contract was never requested
 * @param weight number of requests, each halved for every {@link #HALF_LIFE} between it and {@code last}; more than
 *     zero
 */
public record Demand(boolean isClientPut, Instant lastRequested, double weight) {

    /** Half-life of a request's weight: daily requests still count a little, and demand that has ended soon fades. */
    public static final Duration HALF_LIFE = Duration.ofHours(1);

    /** Weight of a contract that was never requested: that of a single request a day ago. */
    private static final double UNREQUESTED = 0x1p-24;

    public Demand {
        if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("weight must be more than 0 and finite, not " + weight);
        }
    }

    /** The demand of a contract that arrived without a request. */
    public static Demand unrequested(Instant now) {
        return new Demand(false, now, UNREQUESTED);
    }

    /** The demand of a contract at its first request. */
    public static Demand firstRequest(Instant now) {
        return new Demand(false, now, 1);
    }

    /** This demand after one more request. If the clock was set back, no time is counted as elapsed. */
    public Demand afterRequest(Instant now) {
        Duration elapsed = Duration.between(notAfter(now).lastRequested, now);
        return new Demand(isClientPut, now, weight * Math.pow(2, -halfLives(elapsed)) + 1);
    }

    /**
     * This demand, with the last request now if it is in the future: a clock that was ahead once would otherwise keep
     * the contract before all others until the time catches up.
     */
    public Demand notAfter(Instant now) {
        return lastRequested.isAfter(now) ? new Demand(isClientPut, now, weight) : this;
    }

    /** This demand after a client of this node put the contract. */
    public Demand afterClientPut() {
        return new Demand(true, lastRequested, weight);
    }

    /**
     * The score of the contract, in half-lives: of two contracts, the one with the higher score is in higher demand,
     * independently of the time of the comparison.
     */
    public double score() {
        return halfLives(Duration.ofSeconds(lastRequested.getEpochSecond(), lastRequested.getNano()))
                + Math.log(weight) / Math.log(2);
    }

    private static double halfLives(Duration duration) {
        return (double) duration.toMillis() / HALF_LIFE.toMillis();
    }
}
