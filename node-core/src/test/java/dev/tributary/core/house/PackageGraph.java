package dev.tributary.core.house;

import com.sun.source.tree.ImportTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The project's packages, with their numbers of top-level types and the packages that each imports from. */
final class PackageGraph {

    private final Map<String, Integer> types = new TreeMap<>();
    private final Map<String, Set<String>> imports = new TreeMap<>();

    /** For each pair of packages, such as {@code a -> b}, the names of the files that import. */
    private final Map<String, Set<String>> importingFiles = new TreeMap<>();

    static PackageGraph of(List<SourceFile> files) {
        PackageGraph graph = new PackageGraph();
        files.forEach(file ->
                graph.types.merge(file.packageName(), file.topLevelTypes().size(), Integer::sum));
        files.forEach(graph::addImports);
        return graph;
    }

    /** The number of top-level types of each package. */
    Map<String, Integer> types() {
        return types;
    }

    /** Strongly connected components of more than one package: each package in one reaches all others in it. */
    List<Set<String>> cycles() {
        List<Set<String>> cycles = new ArrayList<>();
        Set<String> assigned = new HashSet<>();
        for (String start : types.keySet()) {
            Set<String> component = new TreeSet<>(reachable(start));
            component.removeIf(other -> !reachable(other).contains(start));
            component.add(start);
            if (component.size() > 1 && assigned.addAll(component)) {
                cycles.add(component);
            }
        }
        return cycles;
    }

    /** The imports between the packages of a cycle: both packages and the importing files. */
    List<String> importsWithin(Set<String> cycle) {
        List<String> within = new ArrayList<>();
        for (String from : cycle) {
            importsOf(from).stream()
                    .filter(cycle::contains)
                    .map(to -> from + " -> " + to)
                    .forEach(edge -> within.add(edge + " " + importingFiles.get(edge)));
        }
        return within;
    }

    private Set<String> reachable(String start) {
        Set<String> reached = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(importsOf(start));
        while (!open.isEmpty()) {
            String next = open.pop();
            if (reached.add(next)) {
                open.addAll(importsOf(next));
            }
        }
        return reached;
    }

    private Collection<String> importsOf(String name) {
        return imports.getOrDefault(name, Set.of());
    }

    private void addImports(SourceFile file) {
        for (ImportTree imported : file.unit().getImports()) {
            String name = packageOf(imported.getQualifiedIdentifier().toString());
            if (types.containsKey(name) && !name.equals(file.packageName())) {
                String edge = file.packageName() + " -> " + name;
                imports.computeIfAbsent(file.packageName(), unused -> new TreeSet<>())
                        .add(name);
                importingFiles
                        .computeIfAbsent(edge, unused -> new TreeSet<>())
                        .add(file.path().getFileName().toString());
            }
        }
    }

    /** The part of an imported name before the first segment in upper case, which is a type. */
    private static String packageOf(String imported) {
        return imported.replaceFirst("\\.[A-Z].*", "");
    }
}
