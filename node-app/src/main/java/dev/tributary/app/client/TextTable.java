package dev.tributary.app.client;

import dev.tributary.app.contract.Printable;
import java.util.ArrayList;
import java.util.List;

/** A table of text whose columns are as wide as their widest cell; the numbers stand on the right of their columns. */
final class TextTable {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final int firstNumber;

    /**
     * A table with its headings.
     *
     * @param firstNumber index of the first column of numbers; all after it are numbers too
     */
    TextTable(int firstNumber, String... headings) {
        this.firstNumber = firstNumber;
        rows.add(List.of(headings));
    }

    void add(String... cells) {
        rows.add(List.of(cells));
    }

    /** The lines of the table, the headings first. */
    List<String> lines() {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String padding = " ".repeat(widths[column] - row.get(column).length());
            line.append(column == 0 ? "" : GAP)
                    .append(column < firstNumber ? row.get(column) + padding : padding + row.get(column));
        }
        return Printable.line(line.toString()).stripTrailing();
    }
}
