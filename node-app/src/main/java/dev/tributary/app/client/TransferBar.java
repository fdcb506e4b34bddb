package dev.tributary.app.client;

import dev.tributary.transport.client.remote.TransferListener;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows a person at a terminal how far a large message is, how fast it goes and how long it will take. Safe to use from any
 * thread.
 */
final class TransferBar implements TransferListener {

    private static final int WIDTH = 30;
    private static final long SMALL = 1 << 20;
    private static final long INTERVAL = 100_000_000L;
    private static final double MIB = 1 << 20;

    private final PrintWriter out;
    private final boolean terminal;
    private final LongSupplier nanos;
    private long start;
    private long first;
    private long last;
    private long done;
    private boolean shown;

    TransferBar(PrintWriter out, boolean terminal, LongSupplier nanos) {
        this.out = out;
        this.terminal = terminal;
        this.nanos = nanos;
    }

    @Override
    public synchronized void moved(Direction direction, long now, long total) {
        if (!terminal || total < SMALL) {
            return;
        }
        long time = nanos.getAsLong();
        if (now < done || done == 0) {
            // Another message, or the first piece: speed counts from here.
            start = time;
            first = now;
            last = time - INTERVAL;
        }
        done = now;
        if (now < total && time - last < INTERVAL) {
            return;
        }
        last = time;
        shown = true;
        out.print("\r" + line(direction, now, total, time) + "\033[K");
        out.flush();
    }

    private String line(Direction direction, long now, long total, long time) {
        int full = (int) (Math.min(1, (double) now / total) * WIDTH);
        String bar = "#".repeat(full) + ".".repeat(WIDTH - full);
        String text = String.format(
                Locale.ROOT,
                "%s [%s] %.1f of %.1f MiB",
                direction == Direction.TO_NODE ? "sending" : "receiving",
                bar,
                now / MIB,
                total / MIB);
        double seconds = (time - start) / 1e9;
        if (now == first || seconds <= 0) {
            return text;
        }
        double rate = (now - first) / seconds;
        return text + String.format(Locale.ROOT, ", %.1f MiB/s, %.0f s left", rate / MIB, (total - now) / rate);
    }

    /** Makes room for what comes after the bar. */
    synchronized void end() {
        if (shown) {
            out.print("\r\033[K");
            out.flush();
            shown = false;
        }
        done = 0;
    }
}
