package dev.tributary.core.mutation;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that runs the tests of the named mutants, and prints a line before and after each. It ends at the first mutant
 * whose tests do not end.
 */
final class MutantWorker {

    /** What stands for the sources as they are. */
    static final String NO_MUTANT = "none";

    /** Limit of one test of a mutant, in seconds: the tests that are named take less than one. */
    private static final int TEST_LIMIT = 5;

    /** Limit of one test of the sources as they are, on a loaded machine. */
    private static final int PATIENT_TEST_LIMIT = 60;

    /** Limit of all tests of a mutant in relation to that of one. */
    private static final int LIMIT_FACTOR = 6;

    private MutantWorker() {}

    /** Arguments: the directory of the tables, and the ids of the mutants. */
    public static void main(String[] arguments) throws Exception {
        List<Mutant> table = MutantTable.read(Path.of(arguments[0]));
        Map<String, Mutant> mutants = new HashMap<>();
        table.forEach(mutant -> mutants.put(mutant.id(), mutant));
        MutantCompiler compiler = new MutantCompiler();
        for (String id : List.of(arguments).subList(1, arguments.length)) {
            report("begins", id, "");
            try {
                Mutant mutant = mutants.get(id);
                if (mutant == null) {
                    run(id, allTests(table), List.of());
                } else {
                    run(id, mutant.tests(), List.of(compiler.compile(mutant)));
                }
            } catch (IllegalArgumentException broken) {
                report("broken", id, broken.toString());
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static List<String> allTests(List<Mutant> table) {
        return table.stream()
                .flatMap(mutant -> mutant.tests().stream())
                .distinct()
                .toList();
    }

    private static void run(String id, List<String> tests, List<Path> classes) throws Exception {
        int limit = classes.isEmpty() ? PATIENT_TEST_LIMIT : TEST_LIMIT;
        CompletableFuture<List<String>> failures = new CompletableFuture<>();
        Thread runner = new Thread(() -> {
            try (MutantLoader loader = new MutantLoader(classes)) {
                failures.complete(NamedTests.failures(tests, loader, limit));
            } catch (Throwable failure) {
                failures.completeExceptionally(failure);
            }
        });
        runner.setDaemon(true);
        runner.start();
        try {
            List<String> failed = failures.get((long) limit * LIMIT_FACTOR, TimeUnit.SECONDS);
            report(failed.isEmpty() ? "survived" : "killed", id, String.join(", ", failed));
        } catch (TimeoutException endless) {
            report("killed", id, "the tests do not end");
            Runtime.getRuntime().halt(0);
        } catch (ExecutionException broken) {
            report("broken", id, String.valueOf(broken.getCause()));
        }
    }

    private static void report(String what, String id, String detail) {
        System.out.println("mutant\t" + what + "\t" + id + "\t" + detail.replaceAll("[\n\t]", " "));
        System.out.flush();
    }
}
