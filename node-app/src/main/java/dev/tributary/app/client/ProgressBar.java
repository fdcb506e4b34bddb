package dev.tributary.app.client;

import dev.tributary.transport.client.remote.ProgressListener;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** A progress bar for large messages on a terminal, with transfer rate and remaining time. Thread-safe. */
final class ProgressBar implements ProgressListener {

    private static final int WIDTH = 30;
    /** Minimum size in bytes of a message for which the bar is shown. */
    private static final long MIN_BYTES = 1 << 20;

    /** Minimum interval between two redraws in nanoseconds. */
    private static final long REDRAW_INTERVAL = 100_000_000L;

    private static final double MIB = 1 << 20;

    private final PrintWriter out;
    private final boolean terminal;
    private final LongSupplier nanos;
    private long startNanos;
    private long startBytes;
    private long lastNanos;
    private long transferred;
    private boolean shown;

    ProgressBar(PrintWriter out, boolean terminal, LongSupplier nanos) {
        this.out = out;
        this.terminal = terminal;
        this.nanos = nanos;
    }

    @Override
    public synchronized void onProgress(Direction direction, long now, long total) {
        if (!terminal || total < MIN_BYTES) {
            return;
        }
        long time = nanos.getAsLong();
        if (now < transferred || transferred == 0) {
            // A new message: the rate is measured from here.
            startNanos = time;
            startBytes = now;
            lastNanos = time - REDRAW_INTERVAL;
        }
        transferred = now;
        if (now < total && time - lastNanos < REDRAW_INTERVAL) {
            return;
        }
        lastNanos = time;
        shown = true;
        out.print("\r" + line(direction, now, total, time) + "\033[K");
        out.flush();
    }

    private String line(Direction direction, long now, long total, long time) {
        int filled = (int) (Math.min(1, (double) now / total) * WIDTH);
        String bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
        String text = String.format(
                Locale.ROOT,
                "%s [%s] %.1f of %.1f MiB",
                direction == Direction.TO_NODE ? "sending" : "receiving",
                bar,
                now / MIB,
                total / MIB);
        double seconds = (time - startNanos) / 1e9;
        if (now == startBytes || seconds <= 0) {
            return text;
        }
        double rate = (now - startBytes) / seconds;
        return text + String.format(Locale.ROOT, ", %.1f MiB/s, %.0f s left", rate / MIB, (total - now) / rate);
    }

    /** Clears the bar. */
    synchronized void clear() {
        if (shown) {
            out.print("\r\033[K");
            out.flush();
            shown = false;
        }
        transferred = 0;
    }
}
