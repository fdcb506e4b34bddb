package dev.tributary.app.config;

import java.util.Collection;
import java.util.Comparator;

/** Suggests a known name for an unknown one. */
final class Suggestion {

    private Suggestion() {}

    /** " (did you mean 'x'?)" with the most similar name, or an empty text if none is similar. */
    static String of(String unknown, Collection<String> names) {
        return names.stream()
                .min(Comparator.comparingInt(name -> distance(unknown, name)))
                .filter(name -> distance(unknown, name) <= Math.max(2, name.length() / 3))
                .map(name -> " (did you mean '" + name + "'?)")
                .orElse("");
    }

    /** The edit distance: how many letters must be added, removed or changed to turn one name into the other. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
