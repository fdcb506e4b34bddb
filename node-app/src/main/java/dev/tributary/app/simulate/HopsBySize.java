package dev.tributary.app.simulate;

import dev.tributary.core.simulation.report.Histogram;
import dev.tributary.core.simulation.report.SimulationReport;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Plots the hops in networks of several sizes, median and 99th percentile, against log2(N)^2, the asymptotic bound of
 * greedy routing in a small-world network. Both axes are logarithmic, so the bound and small hop counts fit into one
 * plot.
 */
final class HopsBySize {

    /** Half the width of a data point, in pixels. */
    private static final double POINT_RADIUS = 3;

    private final List<SimulationReport> reports;
    private final double smallest;
    private final double largest;
    private final double maxHops;

    /** @param reports two or more reports, by increasing size */
    HopsBySize(List<SimulationReport> reports) {
        this.reports = reports;
        this.smallest = reports.get(0).nodes().total();
        this.largest = reports.get(reports.size() - 1).nodes().total();
        double hops = reports.stream()
                .mapToInt(report -> Math.max(
                        report.operations().putHops().percentile(99),
                        report.operations().getHops().percentile(99)))
                .max()
                .orElse(1);
        this.maxHops = Math.max(bound(reports.get(reports.size() - 1)), hops) * 1.2;
    }

    /** Draws into the left panel. */
    void draw(Svg svg) {
        svg.text(Plot.PANEL_WIDTH / 2.0, 24, 15, "Hops by the number of nodes");
        svg.text(Plot.PANEL_WIDTH / 2.0 - 100, 44, 12, "PUT")
                .bar(Plot.PANEL_WIDTH / 2.0 - 125, 35, 10, 10, Plot.FIRST_COLOUR);
        svg.text(Plot.PANEL_WIDTH / 2.0 - 30, 44, 12, "GET")
                .bar(Plot.PANEL_WIDTH / 2.0 - 55, 35, 10, 10, Plot.SECOND_COLOUR);
        svg.text(Plot.PANEL_WIDTH / 2.0 + 90, 44, 12, "dashed: p99; red: log2(N)^2");
        Plot.axis(svg, 0);
        for (double hops = 1; hops <= maxHops; hops *= 2) {
            svg.text(Plot.MARGIN / 2.0 + 10, y(hops) + 4, 11, Integer.toString((int) hops));
        }
        for (SimulationReport report : reports) {
            svg.text(
                    x(report),
                    Plot.BOTTOM + 18,
                    11,
                    Integer.toString(report.nodes().total()));
        }
        svg.text(Plot.PANEL_WIDTH / 2.0, Plot.BOTTOM + 40, 12, "nodes");
        curve(svg, HopsBySize::bound, Plot.REFERENCE_COLOUR, false);
        hops(svg, report -> report.operations().putHops(), Plot.FIRST_COLOUR);
        hops(svg, report -> report.operations().getHops(), Plot.SECOND_COLOUR);
    }

    private void hops(Svg svg, Function<SimulationReport, Histogram> metric, String colour) {
        curve(svg, report -> metric.apply(report).median(), colour, false);
        curve(svg, report -> metric.apply(report).percentile(99), colour, true);
    }

    private void curve(Svg svg, ToDoubleFunction<SimulationReport> metric, String colour, boolean dashed) {
        SimulationReport previous = null;
        for (SimulationReport report : reports) {
            double x = x(report);
            double y = y(metric.applyAsDouble(report));
            svg.bar(x - POINT_RADIUS, y - POINT_RADIUS, 2 * POINT_RADIUS, 2 * POINT_RADIUS, colour);
            if (previous != null) {
                double fromX = x(previous);
                double fromY = y(metric.applyAsDouble(previous));
                if (dashed) {
                    svg.dashedLine(fromX, fromY, x, y, colour);
                } else {
                    svg.line(fromX, fromY, x, y, colour);
                }
            }
            previous = report;
        }
    }

    private double x(SimulationReport report) {
        double share = Math.log(report.nodes().total() / smallest) / Math.log(largest / smallest);
        return Plot.MARGIN + 15 + share * (Plot.PANEL_WIDTH - 2 * Plot.MARGIN - 30);
    }

    /** Draws less than one hop as one, because the axis is logarithmic. */
    private double y(double hops) {
        double share = Math.log(Math.max(1, hops)) / Math.log(maxHops);
        return Plot.BOTTOM - share * (Plot.BOTTOM - Plot.TOP);
    }

    private static double bound(SimulationReport report) {
        double log = Math.log(report.nodes().total()) / Math.log(2);
        return log * log;
    }
}
