package dev.tributary.core.interleaving;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jetbrains.lincheck.Lincheck;

/**
 * Runs a scenario in many interleavings of its threads: on real threads, or with Lincheck's model checker, at each access
 * to memory, those with the fewest switches first. The model checker fails with the steps of the first interleaving that
 * goes wrong, and finds it again when the test is run again. {@code -Dtributary.interleavings=n} sets their number for
 * each scenario, all with the model checker; with zero it runs once, for a tool that schedules the threads itself.
 */
public final class Interleavings {

    private static final int ON_THREADS = 200;

    private static final int CHECKED = 10;

    private static final String RUN = "tributary.interleavings.run";

    private Interleavings() {}

    /** Runs the scenario of the calling test on real threads, unless the property says otherwise. */
    public static void explore(Supplier<? extends Scenario> scenarios) {
        Integer number = Integer.getInteger("tributary.interleavings");
        if (number == null) {
            runOnThreads(ON_THREADS, scenarios);
        } else if (number == 0) {
            run(scenarios.get());
        } else {
            check(number, scenarios);
        }
    }

    /** As {@link #explore}, but with the model checker in any case. */
    public static void exploreSteps(Supplier<? extends Scenario> scenarios) {
        if (Integer.getInteger("tributary.interleavings") == null) {
            check(CHECKED, scenarios);
        } else {
            explore(scenarios);
        }
    }

    private static void runOnThreads(int number, Supplier<? extends Scenario> scenarios) {
        long begin = System.nanoTime();
        for (int i = 0; i < number; i++) {
            run(scenarios.get());
        }
        print("threads", number, begin);
    }

    private static void check(int number, Supplier<? extends Scenario> scenarios) {
        long begin = System.nanoTime();
        System.setProperty(RUN, "0");
        Lincheck.runConcurrentTest(number, () -> {
            // Not a field: the model checker resets all fields before each interleaving.
            System.setProperty(RUN, Integer.toString(Integer.getInteger(RUN, 0) + 1));
            run(scenarios.get());
        });
        print("model checker", Integer.getInteger(RUN, 0), begin);
    }

    private static void print(String tool, int number, long begin) {
        System.out.printf(
                "interleavings %-64s %6d in %5d ms, %s%n",
                callingTest(), number, (System.nanoTime() - begin) / 1_000_000, tool);
    }

    private static void run(Scenario scenario) {
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        scenario.threads().forEach(work -> threads.add(new Thread(() -> guarded(work, failures))));
        threads.forEach(Thread::start);
        threads.forEach(Interleavings::join);
        if (!failures.isEmpty()) {
            throw new AssertionError("a thread failed", failures.peek());
        }
        scenario.verify();
    }

    private static void guarded(Runnable work, Queue<Throwable> failures) {
        try {
            work.run();
        } catch (Throwable failure) {
            failures.add(failure);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private static String callingTest() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> frame.getClassName().endsWith("Tests"))
                        .map(StackWalker.StackFrame::getMethodName)
                        .filter(method -> !method.equals("explore"))
                        .findFirst()
                        .orElse("?"));
    }
}
