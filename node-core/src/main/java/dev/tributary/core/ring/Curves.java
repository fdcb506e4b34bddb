package dev.tributary.core.ring;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What an exchange is like with any neighbour so far from the target: the farther, the longer the way that is left, so
 * neither falls with the distance.
 *
 * @param failure how probably it fails, from 0 to 1
 * @param nanos how long an answer takes
 */
record Curves(MonotoneCurve failure, MonotoneCurve nanos) {

    /** Before anything is known, all distances are alike. */
    static final Curves UNKNOWN = new Curves(MonotoneCurve.flat(0), MonotoneCurve.flat(1));

    /** Fewer answers say too little of how long one takes. */
    private static final int LEAST_ANSWERS = 10;

    static Curves fit(Collection<Event> events) {
        List<MonotoneCurve.Sample> failures = new ArrayList<>(events.size());
        List<MonotoneCurve.Sample> times = new ArrayList<>(events.size());
        for (Event event : events) {
            failures.add(new MonotoneCurve.Sample(event.span(), event.outcome().failure()));
            if (event.isTimed()) {
                // Never nothing, which no failure could make more of: simulated answers may take no time at all.
                times.add(new MonotoneCurve.Sample(event.span(), Math.max(1, event.took())));
            }
        }
        return new Curves(
                MonotoneCurve.fit(failures), times.size() < LEAST_ANSWERS ? UNKNOWN.nanos : MonotoneCurve.fit(times));
    }
}
