package dev.tributary.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.transport.client.remote.ProgressListener.Direction;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBarTests {

    private static final long MIB = 1 << 20;
    private static final long SECOND = 1_000_000_000L;

    private final StringWriter output = new StringWriter();
    private long now;

    @Test
    void rateAndRemainingTimeAreComputedFromTransferredBytes() {
        ProgressBar bar = bar(true);
        bar.onProgress(Direction.TO_NODE, MIB, 21 * MIB);
        assertThat(latest()).isEqualTo("sending [#.............................] 1.0 of 21.0 MiB");
        now += SECOND;
        bar.onProgress(Direction.TO_NODE, 6 * MIB, 21 * MIB);
        assertThat(latest()).isEqualTo("sending [########......................] 6.0 of 21.0 MiB, 5.0 MiB/s, 3 s left");
    }

    @Test
    void redrawRateIsLimited() {
        ProgressBar bar = bar(true);
        for (int i = 1; i <= 1000; i++) {
            bar.onProgress(Direction.FROM_NODE, i * MIB, 1000 * MIB);
            now += SECOND / 1000;
        }
        assertThat(output.toString().chars().filter(each -> each == '\r').count())
                .isBetween(8L, 13L);
        assertThat(latest()).contains("receiving [##############################] 1000.0 of 1000.0 MiB");
    }

    @Test
    void barIsNotShownForSmallMessagesOrWithoutTerminal() {
        bar(true).onProgress(Direction.TO_NODE, MIB / 2, MIB / 2);
        bar(false).onProgress(Direction.TO_NODE, MIB, 50 * MIB);
        assertThat(output.toString()).isEmpty();
    }

    @Test
    void endClearsTheBar() {
        ProgressBar bar = bar(true);
        bar.clear();
        assertThat(output.toString()).isEmpty();
        bar.onProgress(Direction.TO_NODE, MIB, 50 * MIB);
        bar.clear();
        assertThat(output.toString()).endsWith("\r\033[K");
    }

    private ProgressBar bar(boolean terminal) {
        return new ProgressBar(new PrintWriter(output), terminal, () -> now);
    }

    private String latest() {
        String text = output.toString();
        return text.substring(text.lastIndexOf('\r') + 1).replace("\033[K", "");
    }
}
