package dev.tributary.core.ring;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Expected failure rate and latency of an exchange with any neighbour, by its logarithmic distance from the target.
 * Both are non-decreasing: a greater distance leaves more hops to go.
 *
 * @param failureRate probability of a failure, from 0 to 1
 * @param latencyNanos time until the reply, in nanoseconds
 */
record LatencyModel(MonotoneCurve failureRate, MonotoneCurve latencyNanos) {

    /** The model without data: the same for all distances. */
    static final LatencyModel UNTRAINED = new LatencyModel(MonotoneCurve.flat(0), MonotoneCurve.flat(1));

    /** Minimum number of replies to fit the latency. */
    private static final int MIN_REPLIES = 10;

    static LatencyModel fit(Collection<ExchangeSample> events) {
        List<MonotoneCurve.Sample> failures = new ArrayList<>(events.size());
        List<MonotoneCurve.Sample> times = new ArrayList<>(events.size());
        for (ExchangeSample event : events) {
            failures.add(new MonotoneCurve.Sample(
                    event.logDistance(), event.outcome().failure()));
            if (event.hasReplyTime()) {
                // At least 1: a failure multiplies this value, and simulated replies may take no time at all.
                times.add(new MonotoneCurve.Sample(event.logDistance(), Math.max(1, event.durationNanos())));
            }
        }
        return new LatencyModel(
                MonotoneCurve.fit(failures),
                times.size() < MIN_REPLIES ? UNTRAINED.latencyNanos : MonotoneCurve.fit(times));
    }
}
