package dev.tributary.core.house;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Prints the measures of the sources in {@code house.root}: words, constructors, packages, lengths, hidden types and
 * chains of {@code instanceof}. They are measured in main code.
 */
final class HouseReport {

    private HouseReport() {}

    /** Prints the report. Relative paths are resolved against the working directory. */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(System.getProperty("house.root", "..")).toRealPath();
        SourceTree sources = SourceTree.of(root);
        List<SourceFile> main = sources.main();
        Declarations declarations = Declarations.of(main);
        PackageGraph packages = PackageGraph.of(main);
        print("files of main code", main.size());
        printWords("banned words in comments", words(main, file -> Comments.of(file.text())));
        printWords("banned words in messages and names", words(main, VisibleTexts::of));
        printWords("banned words in test code", words(sources.tests(), HouseReport::allTexts));
        printWords("banned words in documents and other files", words(root));
        print("lines of a file", Lengths.of(main.stream().map(SourceFile::lines).toList()));
        print("lines of a method", Lengths.of(declarations.methodLines()));
        print("types that only their package sees", declarations.hiddenPercent() + " %");
        printList("constructors and records with more than 8 parameters", declarations.longConstructors());
        printList("instanceof chains over kinds", InstanceofChains.of(main));
        print("package cycles", packages.cycles().size());
        packages.cycles().forEach(cycle -> printPlaces(packages.importsWithin(cycle)));
        printPackages(packages.types());
    }

    private static List<Passage> allTexts(SourceFile file) {
        List<Passage> passages = new ArrayList<>(Comments.of(file.text()));
        passages.addAll(VisibleTexts.of(file));
        return passages;
    }

    private static Map<String, Integer> words(List<SourceFile> files, Function<SourceFile, List<Passage>> passages) {
        Map<String, Integer> counts = new TreeMap<>();
        for (SourceFile file : files) {
            BannedWords.in(passages.apply(file)).forEach(hit -> counts.merge(hit.word(), 1, Integer::sum));
        }
        return counts;
    }

    private static Map<String, Integer> words(Path root) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        for (String text : TextFiles.of(root).values()) {
            BannedWords.in(List.of(new Passage(1, text))).forEach(hit -> counts.merge(hit.word(), 1, Integer::sum));
        }
        return counts;
    }

    private static void printWords(String name, Map<String, Integer> counts) {
        int sum = counts.values().stream().mapToInt(Integer::intValue).sum();
        print(name, counts.isEmpty() ? "0" : sum + " " + counts);
    }

    private static void printList(String name, Collection<?> places) {
        print(name, places.size());
        printPlaces(places);
    }

    private static void printPlaces(Collection<?> places) {
        places.forEach(place -> System.out.println("    " + place));
    }

    private static void printPackages(Map<String, Integer> types) {
        print("types of a package", Lengths.of(List.copyOf(types.values())));
        types.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .forEach(each -> System.out.printf("    %3d %s%n", each.getValue(), each.getKey()));
    }

    private static void print(String name, Object value) {
        System.out.printf("%-53s %s%n", name, value);
    }
}
