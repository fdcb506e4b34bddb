package dev.tributary.core.simulation;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * The operations of clients in a simulated network. They start through random nodes at a constant rate, independent of
 * their duration. GET, UPDATE and SUBSCRIBE use only contracts whose PUT was acknowledged, so a contract that is not
 * found was lost. Subscribers stay until the end. Every second contract is a register, the others are sets.
 *
 * @param operations the total number of operations, 1 or more
 * @param mix the weights of the kinds of operation; until a contract is stored every operation is a PUT
 * @param rewriteShare the fraction of PUTs to an existing contract, in 0..1
 * @param stateBytes the size of a register's content in bytes, in 1..1048576
 * @param interval the time between the starts of two operations, more than zero
 */
@RecordBuilder
public record Workload(int operations, OperationMix mix, double rewriteShare, int stateBytes, Duration interval)
        implements WorkloadBuilder.With {

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

    /** Creates a workload of 50 operations per second: one PUT, of a new contract and 256 bytes, to four GETs. */
    public static Workload of(int operations) {
        return WorkloadBuilder.builder()
                .operations(operations)
                .mix(OperationMix.putsAndGets())
                .rewriteShare(0)
                .stateBytes(256)
                .interval(Duration.ofMillis(20))
                .build();
    }
}
