package dev.tributary.core.ring;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A function that never falls, fitted to noisy samples by least squares: isotonic regression by pooling adjacent
 * violators (Ayer, Brunk, Ewing, Reid and Silverman, "An empirical distribution function for sampling with incomplete
 * information", Annals of Mathematical Statistics 26, 1955). Straight between the centres of the pools, level outside.
 */
final class MonotoneCurve {

    private final double[] xs;
    private final double[] ys;

    private MonotoneCurve(double[] xs, double[] ys) {
        this.xs = xs;
        this.ys = ys;
    }

    /** The same everywhere. */
    static MonotoneCurve flat(double y) {
        return new MonotoneCurve(new double[1], new double[] {y});
    }

    /** The best fit to these samples, of which there must be one at least. */
    static MonotoneCurve fit(List<Sample> samples) {
        Sample[] sorted = samples.toArray(Sample[]::new);
        Arrays.sort(sorted, Comparator.comparingDouble(Sample::x));
        double[] xs = new double[sorted.length];
        double[] ys = new double[sorted.length];
        int[] weights = new int[sorted.length];
        int pools = 0;
        for (Sample sample : sorted) {
            xs[pools] = sample.x();
            ys[pools] = sample.y();
            weights[pools] = 1;
            while (pools > 0 && (ys[pools - 1] >= ys[pools] || xs[pools - 1] == xs[pools])) {
                pools--;
                int weight = weights[pools] + weights[pools + 1];
                xs[pools] = mean(xs, weights, pools, weight);
                ys[pools] = mean(ys, weights, pools, weight);
                weights[pools] = weight;
            }
            pools++;
        }
        return new MonotoneCurve(Arrays.copyOf(xs, pools), Arrays.copyOf(ys, pools));
    }

    double at(double x) {
        int found = Arrays.binarySearch(xs, x);
        int above = found < 0 ? -found - 1 : found;
        if (above == xs.length) {
            return ys[above - 1];
        }
        if (above == 0) {
            return ys[0];
        }
        double share = (x - xs[above - 1]) / (xs[above] - xs[above - 1]);
        return ys[above - 1] + share * (ys[above] - ys[above - 1]);
    }

    private static double mean(double[] values, int[] weights, int pool, int weight) {
        return (values[pool] * weights[pool] + values[pool + 1] * weights[pool + 1]) / weight;
    }

    /** One observation. */
    record Sample(double x, double y) {}
}
