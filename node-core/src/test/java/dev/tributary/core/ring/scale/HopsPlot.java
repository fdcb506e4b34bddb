package dev.tributary.core.ring.scale;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An SVG plot of hops by network size, with logarithmic axes. */
final class HopsPlot {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 540;
    private static final int MARGIN = 60;
    private static final int LEGEND = 260;
    private static final double MAX_HOPS = 300;
    private static final List<String> COLOURS =
            List.of("#999999", "#1f77b4", "#1f77b4", "#2ca02c", "#2ca02c", "#d62728", "#ff7f0e");

    private final int minNodes;
    private final int maxNodes;
    private final List<Line> lines = new ArrayList<>();

    HopsPlot(int minNodes, int maxNodes) {
        this.minNodes = minNodes;
        this.maxNodes = maxNodes;
    }

    HopsPlot with(Line line) {
        lines.add(line);
        return this;
    }

    String svg() {
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif'"
                        + " font-size='13'>%n<rect width='100%%' height='100%%' fill='white'/>%n",
                WIDTH,
                HEIGHT));
        text(svg, MARGIN, MARGIN / 2.0, "Hops of 10 000 random lookups, by number of nodes");
        for (int hops : new int[] {1, 3, 10, 30, 100, 300}) {
            line(svg, x(minNodes), y(hops), x(maxNodes), y(hops), "#dddddd");
            text(svg, MARGIN / 3.0, y(hops) + 4, Integer.toString(hops));
        }
        for (int nodes = minNodes; nodes <= maxNodes; nodes *= 10) {
            line(svg, x(nodes), y(1), x(nodes), y(MAX_HOPS), "#dddddd");
            text(svg, x(nodes) - 15, HEIGHT - MARGIN / 3.0, Integer.toString(nodes));
        }
        for (int i = 0; i < lines.size(); i++) {
            draw(svg, lines.get(i), i);
        }
        return svg.append("</svg>\n").toString();
    }

    private void draw(StringBuilder svg, Line line, int index) {
        String colour = COLOURS.get(index % COLOURS.size());
        StringBuilder points = new StringBuilder();
        for (Point point : line.points()) {
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point.nodes()), y(point.hops())));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<polyline points='%s' fill='none' stroke='%s' stroke-width='2' stroke-dasharray='%s'/>%n",
                points.toString().strip(),
                colour,
                line.dashed() ? "6 4" : "none"));
        double height = MARGIN + 20.0 * index;
        double left = WIDTH - LEGEND + 10.0;
        line(svg, left, height, left + 25, height, colour);
        text(svg, left + 32, height + 4, line.name());
    }

    private double x(double nodes) {
        double fraction = Math.log(nodes / minNodes) / Math.log((double) maxNodes / minNodes);
        return MARGIN + fraction * (WIDTH - LEGEND - MARGIN);
    }

    private static double y(double hops) {
        double fraction = Math.log(Math.max(1, hops)) / Math.log(MAX_HOPS);
        return HEIGHT - MARGIN - fraction * (HEIGHT - 2 * MARGIN);
    }

    private static void line(StringBuilder svg, double x1, double y1, double x2, double y2, String colour) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s' stroke-width='1'/>%n",
                x1,
                y1,
                x2,
                y2,
                colour));
    }

    private static void text(StringBuilder svg, double x, double y, String text) {
        svg.append(String.format(Locale.ROOT, "<text x='%.1f' y='%.1f'>%s</text>%n", x, y, text));
    }

    /** One curve; dashed for the 99th percentile. */
    record Line(String name, boolean dashed, List<Point> points) {}

    record Point(int nodes, double hops) {}
}
