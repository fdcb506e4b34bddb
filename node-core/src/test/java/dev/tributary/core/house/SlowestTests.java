package dev.tributary.core.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Prints the test classes that took longest in the last run, by the reports of all modules in {@code house.root}. */
final class SlowestTests {

    private static final int SHOWN = 20;
    private static final Pattern SUITE =
            Pattern.compile("<testsuite [^>]*\\bname=\"(?:[\\w.]*\\.)?(\\w+)\" time=\"([\\d.,]+)\" tests=\"(\\d+)\"");

    private SlowestTests() {}

    /** Prints the slowest classes, with seconds. Relative paths are resolved against the working directory. */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(System.getProperty("house.root", "..")).toRealPath();
        List<Suite> suites = new ArrayList<>();
        for (Path report : reports(root)) {
            Matcher suite = SUITE.matcher(Files.readString(report));
            if (suite.find()) {
                double seconds = Double.parseDouble(suite.group(2).replace(",", ""));
                suites.add(new Suite(suite.group(1), seconds, Integer.parseInt(suite.group(3))));
            }
        }
        suites.sort(Comparator.comparingDouble(Suite::seconds).reversed());
        suites.stream().limit(SHOWN).forEach(suite -> print(suite.seconds, suite.name));
        int tests = suites.stream().mapToInt(Suite::tests).sum();
        print(
                suites.stream().mapToDouble(Suite::seconds).sum(),
                "all %d classes, %d tests".formatted(suites.size(), tests));
    }

    private static List<Path> reports(Path root) throws IOException {
        try (Stream<Path> files = Files.find(root, 4, (file, attributes) -> isReport(file))) {
            return files.toList();
        }
    }

    private static boolean isReport(Path file) {
        String path = file.toString();
        return path.matches(".*/target/(surefire|failsafe)-reports/TEST-.*\\.xml");
    }

    private static void print(double seconds, String what) {
        System.out.println(String.format(Locale.ROOT, "%7.1f  %s", seconds, what));
    }

    private record Suite(String name, double seconds, int tests) {}
}
