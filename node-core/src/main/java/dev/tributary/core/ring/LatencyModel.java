package dev.tributary.core.ring;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Expected failure rate and latency of an exchange with any neighbour, by its logarithmic distance from the target.
 * Both are non-decreasing: a greater distance leaves more hops to go.
 *
 * @param failure probability of a failure, from 0 to 1
 * @param nanos time until the reply, in nanoseconds
 */
record LatencyModel(MonotoneCurve failure, MonotoneCurve nanos) {

    /** The model without data: the same for all distances. */
    static final LatencyModel UNKNOWN = new LatencyModel(MonotoneCurve.flat(0), MonotoneCurve.flat(1));

    /** Minimum number of replies to fit the latency. */
    private static final int MIN_REPLIES = 10;

    static LatencyModel fit(Collection<ExchangeSample> events) {
        List<MonotoneCurve.Sample> failures = new ArrayList<>(events.size());
        List<MonotoneCurve.Sample> times = new ArrayList<>(events.size());
        for (ExchangeSample event : events) {
            failures.add(new MonotoneCurve.Sample(event.span(), event.outcome().failure()));
            if (event.isTimed()) {
                // At least 1: a failure multiplies this value, and simulated replies may take no time at all.
                times.add(new MonotoneCurve.Sample(event.span(), Math.max(1, event.took())));
            }
        }
        return new LatencyModel(
                MonotoneCurve.fit(failures), times.size() < MIN_REPLIES ? UNKNOWN.nanos : MonotoneCurve.fit(times));
    }
}
