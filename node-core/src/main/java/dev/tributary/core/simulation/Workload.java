package dev.tributary.core.simulation;

import java.time.Duration;

/**
 * What clients of a simulated network ask for, through nodes drawn at random, one operation after the other at a steady
 * pace, however long each takes. All but PUTs are for contracts whose PUT was acknowledged, so whoever does not find one
 * has lost it. Who subscribes stays until the end. Every second contract is a register, the others are sets.
 *
 * @param operations how many in all, 1 or more
 * @param mix how many of them are of which kind; until something is stored every one is a PUT
 * @param rewriteShare which fraction of the PUTs is for a contract that was put before, in 0..1
 * @param stateBytes how large a register's content is, 1 or more
 * @param interval how much time lies between the beginnings of two operations, more than zero
 */
public record Workload(int operations, OperationMix mix, double rewriteShare, int stateBytes, Duration interval) {

    public Workload {
        if (operations < 1) {
            throw new IllegalArgumentException("operations must be 1 or more, not " + operations);
        }
        if (!(rewriteShare >= 0 && rewriteShare <= 1)) {
            throw new IllegalArgumentException("rewriteShare must be in 0..1, not " + rewriteShare);
        }
        if (stateBytes < 1 || stateBytes > 1 << 20) {
            throw new IllegalArgumentException("stateBytes must be in 1..1048576, not " + stateBytes);
        }
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval must be more than zero, not " + interval);
        }
    }

    /** So many operations, 50 a second: one PUT for four GETs, of 256 bytes, each of a contract of its own. */
    public static Workload of(int operations) {
        return new Workload(operations, OperationMix.storing(), 0, 256, Duration.ofMillis(20));
    }

    public Workload withMix(OperationMix kinds) {
        return new Workload(operations, kinds, rewriteShare, stateBytes, interval);
    }

    public Workload withRewriteShare(double share) {
        return new Workload(operations, mix, share, stateBytes, interval);
    }

    public Workload withStateBytes(int bytes) {
        return new Workload(operations, mix, rewriteShare, bytes, interval);
    }

    public Workload withInterval(Duration between) {
        return new Workload(operations, mix, rewriteShare, stateBytes, between);
    }
}
