package dev.tributary.transport.client;

import dev.tributary.core.test.MayDropSignals;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A little of what {@link SessionFuzz} does for minutes. {@code -Dtributary.seed} makes it other sessions. */
@MayDropSignals("an answer to a client that has gone has nowhere to go")
class SessionFuzzIntegrationTests {

    private static final long SEED = Long.getLong("tributary.seed", 6);

    @TempDir
    private Path directory;

    @Test
    void whateverClientsSayOthersAreServedAndNothingIsLeft() throws InterruptedException {
        try (TestDoor door = FuzzRound.door(directory)) {
            new FuzzRound(door).run(SEED << 32, 300);
        }
    }
}
