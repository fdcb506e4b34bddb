package dev.tributary.core.simulation;

import java.time.Duration;

/**
 * What clients of a simulated network ask for: PUTs and GETs through nodes drawn at random, one after the other at a
 * steady pace, however long each takes. GETs are for contracts whose PUT was acknowledged, so whoever does not find one
 * has lost it. Every second contract is a register, the others are sets.
 *
 * @param operations how many in all, 1 or more
 * @param putShare which fraction of them PUTs something, in 0..1; until something is stored every one does
 * @param rewriteShare which fraction of the PUTs is for a contract that was put before, in 0..1
 * @param stateBytes how large a register's content is, 1 or more
 * @param interval how much time lies between the beginnings of two operations, more than zero
 */
public record Workload(int operations, double putShare, double rewriteShare, int stateBytes, Duration interval) {

    public Workload {
        if (operations < 1) {
            throw new IllegalArgumentException("operations must be 1 or more, not " + operations);
        }
        fraction("putShare", putShare);
        fraction("rewriteShare", rewriteShare);
        if (stateBytes < 1 || stateBytes > 1 << 20) {
            throw new IllegalArgumentException("stateBytes must be in 1..1048576, not " + stateBytes);
        }
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval must be more than zero, not " + interval);
        }
    }

    /** So many operations, 50 a second: one PUT for four GETs, of 256 bytes, each of a contract of its own. */
    public static Workload of(int operations) {
        return new Workload(operations, 0.2, 0, 256, Duration.ofMillis(20));
    }

    public Workload withPutShare(double share) {
        return new Workload(operations, share, rewriteShare, stateBytes, interval);
    }

    public Workload withRewriteShare(double share) {
        return new Workload(operations, putShare, share, stateBytes, interval);
    }

    public Workload withStateBytes(int bytes) {
        return new Workload(operations, putShare, rewriteShare, bytes, interval);
    }

    public Workload withInterval(Duration between) {
        return new Workload(operations, putShare, rewriteShare, stateBytes, between);
    }

    private static void fraction(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in 0..1, not " + value);
        }
    }
}
