package dev.tributary.app.simulate;

import dev.tributary.core.simulation.report.Histogram;
import dev.tributary.core.simulation.report.SimulationReport;
import java.util.List;
import java.util.Locale;

/** Plots the hops of operations, and the link distances against the ideal distribution of a small-world network. */
public final class Plot {

    static final int PANEL_WIDTH = 460;
    private static final int HEIGHT = 360;
    static final int BOTTOM = 300;
    static final int TOP = 60;
    static final int MARGIN = 50;

    static final String FIRST_COLOUR = "#3a6ea5";
    static final String SECOND_COLOUR = "#d98e04";
    static final String REFERENCE_COLOUR = "#b3261e";

    private Plot() {}

    /**
     * Returns the plot as the text of an SVG file, for one network or for several by increasing size. For several it
     * shows the hops against the size, and the distances of the largest.
     */
    public static String of(List<SimulationReport> reports) {
        Svg svg = new Svg(2 * PANEL_WIDTH, HEIGHT);
        SimulationReport largest = reports.get(reports.size() - 1);
        if (reports.size() == 1) {
            hops(svg, largest);
        } else {
            new HopsBySize(reports).draw(svg);
        }
        distances(svg, largest);
        return svg.write();
    }

    private static void hops(Svg svg, SimulationReport report) {
        svg.text(PANEL_WIDTH / 2.0, 24, 15, "Hops of " + report.nodes().total() + " nodes' operations");
        svg.text(PANEL_WIDTH / 2.0 - 60, 44, 12, "PUT").bar(PANEL_WIDTH / 2.0 - 85, 35, 10, 10, FIRST_COLOUR);
        svg.text(PANEL_WIDTH / 2.0 + 60, 44, 12, "GET").bar(PANEL_WIDTH / 2.0 + 35, 35, 10, 10, SECOND_COLOUR);
        int columns = Math.max(
                        report.operations().putHops().max(),
                        report.operations().getHops().max())
                + 1;
        double max = Math.max(
                largest(report.operations().putHops()),
                largest(report.operations().getHops()));
        axis(svg, 0);
        double width = (double) (PANEL_WIDTH - 2 * MARGIN) / columns;
        for (int hops = 0; hops < columns; hops++) {
            double x = MARGIN + hops * width;
            bar(svg, x + width * 0.1, width * 0.4, share(report.operations().putHops(), hops) / max, FIRST_COLOUR);
            bar(svg, x + width * 0.5, width * 0.4, share(report.operations().getHops(), hops) / max, SECOND_COLOUR);
            svg.text(x + width / 2, BOTTOM + 18, 11, Integer.toString(hops));
        }
        svg.text(PANEL_WIDTH / 2.0, BOTTOM + 40, 12, "hops");
        svg.text(MARGIN / 2.0, TOP + 4, 11, percent(max));
    }

    private static void distances(Svg svg, SimulationReport report) {
        Histogram distances = report.topology().distances();
        // An ideal small world has equally many links in each band, down to the distance between adjacent nodes.
        int bands = Math.max(1, (int) Math.round(Math.log(report.nodes().total()) / Math.log(2)) - 1);
        int columns = Math.max(distances.max(), bands) + 1;
        double ideal = 1.0 / bands;
        double max = Math.max(ideal, largest(distances)) * 1.05;
        svg.text(PANEL_WIDTH * 1.5, 24, 15, "Distances of " + distances.total() + " links");
        svg.text(PANEL_WIDTH * 1.5, 44, 12, "red: the ideal, as 1/d");
        axis(svg, PANEL_WIDTH);
        double width = (double) (PANEL_WIDTH - 2 * MARGIN) / columns;
        for (int band = 0; band < columns; band++) {
            double x = PANEL_WIDTH + MARGIN + band * width;
            bar(svg, x + width * 0.1, width * 0.8, share(distances, band) / max, FIRST_COLOUR);
            if (band >= 1 && band <= bands) {
                double y = BOTTOM - ideal / max * (BOTTOM - TOP);
                svg.line(x, y, x + width, y, REFERENCE_COLOUR);
            }
            svg.text(x + width / 2, BOTTOM + 18, 9, band % 2 == 1 ? "2^-" + band : "");
        }
        svg.text(PANEL_WIDTH * 1.5, BOTTOM + 40, 12, "distance, less than");
        svg.text(PANEL_WIDTH + MARGIN / 2.0, TOP + 4, 11, percent(max));
    }

    static void axis(Svg svg, int left) {
        svg.line(left + MARGIN, BOTTOM, left + PANEL_WIDTH - MARGIN, BOTTOM, "#222");
        svg.line(left + MARGIN, TOP, left + MARGIN, BOTTOM, "#222");
    }

    private static void bar(Svg svg, double x, double width, double share, String colour) {
        double height = share * (BOTTOM - TOP);
        svg.bar(x, BOTTOM - height, width, height, colour);
    }

    private static double share(Histogram histogram, int number) {
        long total = histogram.total();
        return total == 0 ? 0 : (double) histogram.counts().getOrDefault(number, 0L) / total;
    }

    private static double largest(Histogram histogram) {
        long max = histogram.counts().values().stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
        return max == 0 ? 0.01 : (double) max / histogram.total();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", share * 100);
    }
}
