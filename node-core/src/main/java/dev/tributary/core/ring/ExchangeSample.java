package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;

/**
 * One completed exchange.
 *
 * @param logDistance logarithmic distance of the neighbour from the target, see {@link #logDistance(double)}
 * @param durationNanos time until the reply, in nanoseconds; meaningless if there was none
 * @param completedAt time of completion, in nanoseconds of the node's time source
 */
record ExchangeSample(PeerId peer, double logDistance, Outcome outcome, long durationNanos, long completedAt) {

    /**
     * Returns the binary logarithm of a distance plus a constant, linearly interpolated between powers of 2.
     * Logarithmic, because a hop covers a fraction of the remaining distance; interpolated, to avoid computing a
     * logarithm.
     */
    static double logDistance(double distance) {
        return Double.doubleToRawLongBits(distance) * 0x1p-52;
    }

    boolean hasReplyTime() {
        return outcome == Outcome.ANSWERED;
    }
}
