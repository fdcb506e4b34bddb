package dev.tributary.app.simulate;

import dev.tributary.core.simulation.WorkloadProgress;
import java.io.PrintWriter;
import java.time.Duration;

/** Shows the progress of a simulation: a bar on a terminal, and optional lines at an interval of virtual time. */
public final class Progress {

    /** Width of the bar in characters. */
    private static final int WIDTH = 40;

    private final String prefix;
    private final PrintWriter out;
    private final boolean terminal;
    private final long lineEvery;
    private final long start = System.nanoTime();
    private long nextLine;

    /**
     * Creates a progress display.
     *
     * @param prefix the prefix of every line, which names one of several simulations
     * @param terminal whether the output is a terminal, on which a bar can be redrawn
     * @param lineEvery the virtual time between two lines; zero for none
     */
    public Progress(String prefix, PrintWriter out, boolean terminal, Duration lineEvery) {
        this.prefix = prefix;
        this.out = out;
        this.terminal = terminal;
        this.lineEvery = lineEvery.toMillis();
        this.nextLine = this.lineEvery;
    }

    void showWarmup(Duration done, Duration all) {
        show(
                "joining",
                (double) done.toMillis() / all.toMillis(),
                done.toSeconds() + " of " + all.toSeconds() + " s",
                done);
    }

    void showOperations(WorkloadProgress now) {
        String count = now.ended() + " of " + now.operations() + " operations";
        show("working", (double) now.ended() / now.operations(), count, now.virtualTime());
    }

    /** Clears the bar. */
    public void clear() {
        if (terminal) {
            out.print("\r\033[K");
            out.flush();
        }
    }

    private void show(String phase, double share, String count, Duration virtual) {
        if (terminal) {
            int filled = (int) (Math.min(1, share) * WIDTH);
            out.printf("\r%s%s [%s%s] %s\033[K", prefix, phase, "#".repeat(filled), ".".repeat(WIDTH - filled), count);
            out.flush();
        }
        if (lineEvery > 0 && virtual.toMillis() >= nextLine) {
            nextLine += lineEvery * (1 + (virtual.toMillis() - nextLine) / lineEvery);
            clear();
            out.printf(
                    "%s%s: %s, %d s of virtual time, %.1f s of wall-clock time%n",
                    prefix, phase, count, virtual.toSeconds(), (System.nanoTime() - start) / 1e9);
            out.flush();
        }
    }
}
