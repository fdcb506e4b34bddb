package dev.tributary.core.mutation;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the named tests of every mutant, and before that on the sources as they are. Prints one line for each and exits with
 * 1 if a mutant survives. {@code -Dmutant=text}: only the mutants whose id contains the text.
 */
public final class MutantRun {

    private static final Path TABLES = Path.of("src/test/mutants");
    private static final int WORKERS = 2;

    private final List<MutantResult> results = new ArrayList<>();

    private MutantRun() {}

    public static void main(String[] arguments) throws Exception {
        long begin = System.nanoTime();
        String filter = System.getProperty("mutant", "");
        List<String> ids = new ArrayList<>(List.of(MutantWorker.NO_MUTANT));
        for (Mutant mutant : MutantTable.read(TABLES)) {
            MutantCompiler.mutate(mutant);
            if (ids.contains(mutant.id())) {
                throw new IllegalArgumentException("two mutants " + mutant.id());
            }
            ids.add(mutant.id());
        }
        ids.removeIf(id -> !id.contains(filter) && !id.equals(MutantWorker.NO_MUTANT));
        MutantRun run = new MutantRun();
        run.runAll(ids);
        long wrong = run.results.stream().filter(result -> !result.isExpected()).count();
        System.out.printf(
                "%d mutants, %d wrong, %d s%n",
                run.results.size() - 1, wrong, (System.nanoTime() - begin) / 1_000_000_000);
        System.exit(wrong == 0 && run.results.size() == ids.size() ? 0 : 1);
    }

    /** Shares the mutants among the workers. */
    private void runAll(List<String> ids) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
        List<Callable<Void>> shares = IntStream.range(0, WORKERS)
                .<Callable<Void>>mapToObj(worker -> () -> {
                    runShare(IntStream.range(0, ids.size())
                            .filter(index -> index % WORKERS == worker)
                            .mapToObj(ids::get)
                            .toList());
                    return null;
                })
                .toList();
        for (Future<Void> share : threads.invokeAll(shares)) {
            share.get();
        }
        threads.shutdown();
    }

    /** A worker that ended early is followed by another one for what it left. */
    private void runShare(List<String> ids) throws IOException {
        List<String> left = new ArrayList<>(ids);
        while (!left.isEmpty()) {
            String unfinished = runWorker(left);
            if (unfinished != null) {
                left.remove(unfinished);
                add(new MutantResult(unfinished, "killed", "the process ended", 0));
            }
        }
    }

    /** Returns the mutant at which the process ended without a result, if there is one. */
    private @Nullable String runWorker(List<String> left) throws IOException {
        Process process = MutantProcess.start(TABLES, left);
        String running = null;
        long begin = System.nanoTime();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split("\t", -1);
                if (!fields[0].equals("mutant")) {
                    continue;
                }
                if (fields[1].equals("begins")) {
                    running = fields[2];
                    begin = System.nanoTime();
                } else {
                    add(new MutantResult(fields[2], fields[1], fields[3], (System.nanoTime() - begin) / 1_000_000));
                    left.remove(fields[2]);
                    running = null;
                }
            }
        }
        return running;
    }

    private synchronized void add(MutantResult result) {
        results.add(result);
        System.out.println(result);
    }
}
