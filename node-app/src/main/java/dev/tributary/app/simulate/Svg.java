package dev.tributary.app.simulate;

import java.util.Locale;

/** A builder of an SVG drawing. Coordinates are pixels from the upper left corner. */
final class Svg {

    private final StringBuilder shapes = new StringBuilder();
    private final int width;
    private final int height;

    Svg(int width, int height) {
        this.width = width;
        this.height = height;
    }

    Svg bar(double x, double y, double w, double h, String colour) {
        return add("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>", x, y, w, h, colour);
    }

    Svg line(double x1, double y1, double x2, double y2, String colour) {
        return add(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"1.5\"/>",
                x1, y1, x2, y2, colour);
    }

    Svg dashedLine(double x1, double y1, double x2, double y2, String colour) {
        return add(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"1.5\""
                        + " stroke-dasharray=\"5 4\"/>",
                x1, y1, x2, y2, colour);
    }

    /** Adds text centred horizontally at this point. */
    Svg text(double x, double y, int size, String text) {
        return add(
                "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" text-anchor=\"middle\">%s</text>",
                x, y, size, text.replace("&", "&amp;").replace("<", "&lt;"));
    }

    /** Returns the complete SVG file. */
    String write() {
        return String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\""
                        + " font-family=\"sans-serif\" fill=\"#222\">%n"
                        + "<rect width=\"%1$d\" height=\"%2$d\" fill=\"#fff\"/>%n%3$s</svg>%n",
                width,
                height,
                shapes);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the format is always a constant of this class
    private Svg add(String format, Object... values) {
        shapes.append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }
}
