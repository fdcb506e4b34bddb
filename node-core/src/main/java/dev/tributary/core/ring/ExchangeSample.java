package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;

/**
 * One completed exchange.
 *
 * @param span logarithmic distance of the neighbour from the target, see {@link #span(double)}
 * @param took time until the reply, in nanoseconds; meaningless if there was none
 * @param at time of completion, in nanoseconds of the node's time source
 */
record ExchangeSample(PeerId peer, double span, Outcome outcome, long took, long at) {

    /**
     * Returns the binary logarithm of a distance plus a constant, linearly interpolated between powers of 2.
     * Logarithmic, because a hop covers a fraction of the remaining distance; interpolated, to avoid computing a
     * logarithm.
     */
    static double span(double distance) {
        return Double.doubleToRawLongBits(distance) * 0x1p-52;
    }

    boolean isTimed() {
        return outcome == Outcome.ANSWERED;
    }
}
