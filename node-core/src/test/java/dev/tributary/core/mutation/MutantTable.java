package dev.tributary.core.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Reads mutants from text files: blocks of lines {@code name value}, in a value {@code \n} is a line break. */
final class MutantTable {

    private static final String PACKAGE = "dev.tributary.";

    private MutantTable() {}

    /** All mutants of the files in this directory, in the order of their names. */
    static List<Mutant> read(Path directory) throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".txt"))
                    .sorted()
                    .toList()) {
                for (String block : Files.readString(file).split("\n\n+", -1)) {
                    Map<String, String> fields = fields(block);
                    if (!fields.isEmpty()) {
                        mutants.add(mutant(fields));
                    }
                }
            }
        }
        return mutants;
    }

    private static Map<String, String> fields(String block) {
        Map<String, String> fields = new HashMap<>();
        block.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).forEach(line -> {
            String[] parts = line.split(" +", 2);
            fields.put(parts[0], parts.length == 1 ? "" : parts[1].replace("\\n", "\n"));
        });
        return fields;
    }

    private static Mutant mutant(Map<String, String> fields) {
        return new Mutant(
                field(fields, "id"),
                Path.of(field(fields, "file")),
                field(fields, "from"),
                field(fields, "to"),
                Arrays.stream(field(fields, "tests").split(" +"))
                        .map(test -> PACKAGE + test)
                        .toList());
    }

    private static String field(Map<String, String> fields, String name) {
        return Objects.requireNonNull(fields.get(name), () -> name + " is missing in " + fields);
    }
}
