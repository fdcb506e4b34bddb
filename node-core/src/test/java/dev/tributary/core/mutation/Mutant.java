package dev.tributary.core.mutation;

import java.nio.file.Path;
import java.util.List;

/**
 * One deliberate fault.
 *
 * @param id its name, unique
 * @param file the source, below the root package
 * @param original the text that is replaced; it stands in the source exactly once
 * @param mutated the text that replaces it
 * @param tests the test classes, or methods of them ({@code class#method}), of which one must fail
 */
record Mutant(String id, Path file, String original, String mutated, List<String> tests) {

    Mutant {
        tests = List.copyOf(tests);
    }

    /** The source with the fault. */
    String applyTo(String source) {
        int found = source.indexOf(original);
        if (found < 0 || source.indexOf(original, found + 1) >= 0) {
            throw new IllegalArgumentException("mutant " + id + ": not exactly once in " + file + ": " + original);
        }
        return source.substring(0, found) + mutated + source.substring(found + original.length());
    }
}
