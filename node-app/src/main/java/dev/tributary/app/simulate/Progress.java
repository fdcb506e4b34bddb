package dev.tributary.app.simulate;

import dev.tributary.core.simulation.WorkloadProgress;
import java.io.PrintWriter;
import java.time.Duration;

/** Shows how far a simulation is: a bar on a terminal, and lines now and then wherever they are wanted. */
public final class Progress {

    private static final int WIDTH = 40;

    private final String who;
    private final PrintWriter out;
    private final boolean terminal;
    private final long lineEvery;
    private final long start = System.nanoTime();
    private long nextLine;

    /**
     * Progress that is shown there.
     *
     * @param who what comes first in every line: which of several simulations it is
     * @param terminal whether a bar can be drawn over itself
     * @param lineEvery how much virtual time passes between two lines; zero for none
     */
    public Progress(String who, PrintWriter out, boolean terminal, Duration lineEvery) {
        this.who = who;
        this.out = out;
        this.terminal = terminal;
        this.lineEvery = lineEvery.toMillis();
        this.nextLine = this.lineEvery;
    }

    void warming(Duration done, Duration all) {
        show(
                "joining",
                (double) done.toMillis() / all.toMillis(),
                done.toSeconds() + " of " + all.toSeconds() + " s",
                done);
    }

    void working(WorkloadProgress now) {
        String count = now.ended() + " of " + now.operations() + " operations";
        show("working", (double) now.ended() / now.operations(), count, now.virtualTime());
    }

    /** Makes room for what comes after the bar. */
    public void end() {
        if (terminal) {
            out.print("\r\033[K");
            out.flush();
        }
    }

    private void show(String what, double share, String count, Duration virtual) {
        if (terminal) {
            int full = (int) (Math.min(1, share) * WIDTH);
            out.printf("\r%s%s [%s%s] %s\033[K", who, what, "#".repeat(full), ".".repeat(WIDTH - full), count);
            out.flush();
        }
        if (lineEvery > 0 && virtual.toMillis() >= nextLine) {
            nextLine += lineEvery * (1 + (virtual.toMillis() - nextLine) / lineEvery);
            end();
            out.printf(
                    "%s%s: %s, %d s of virtual time, %.1f s by the clock%n",
                    who, what, count, virtual.toSeconds(), (System.nanoTime() - start) / 1e9);
            out.flush();
        }
    }
}
