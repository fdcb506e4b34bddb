package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;

/**
 * One exchange that is over.
 *
 * @param span how far the neighbour is from what was asked for, see {@link #span(double)}
 * @param took how long its answer took, in nanoseconds; without meaning if it was silent
 * @param at when it was over, in nanoseconds of the node's time source
 */
record Event(PeerId peer, double span, Outcome outcome, long took, long at) {

    /**
     * The logarithm of a distance to the base of 2, straight between the powers of 2: what a hop gains is a share of the
     * way, and this costs no logarithm.
     */
    static double span(double distance) {
        return Double.doubleToRawLongBits(distance) * 0x1p-52;
    }

    boolean isTimed() {
        return outcome == Outcome.ANSWERED;
    }
}
