package dev.tributary.core.ring;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A non-decreasing function, fitted to noisy samples by least squares: isotonic regression by pooling adjacent
 * violators (Ayer, Brunk, Ewing, Reid and Silverman, "An empirical distribution function for sampling with incomplete
 * information", Annals of Mathematical Statistics 26, 1955). Linear between the centres of the pools, constant outside.
 */
final class MonotoneCurve {

    private final double[] xs;
    private final double[] ys;

    private MonotoneCurve(double[] xs, double[] ys) {
        this.xs = xs;
        this.ys = ys;
    }

    /** Returns the constant function. */
    static MonotoneCurve flat(double y) {
        return new MonotoneCurve(new double[1], new double[] {y});
    }

    /** Returns the best fit to the samples, at least one. */
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
        int index = Arrays.binarySearch(xs, x);
        int above = index < 0 ? -index - 1 : index;
        if (above == xs.length) {
            return ys[above - 1];
        }
        if (above == 0) {
            return ys[0];
        }
        double fraction = (x - xs[above - 1]) / (xs[above] - xs[above - 1]);
        return ys[above - 1] + fraction * (ys[above] - ys[above - 1]);
    }

    private static double mean(double[] values, int[] weights, int pool, int weight) {
        return (values[pool] * weights[pool] + values[pool + 1] * weights[pool + 1]) / weight;
    }

    /** One sample of the function. */
    record Sample(double x, double y) {}
}
