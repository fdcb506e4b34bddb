package dev.tributary.transport.client;

import dev.tributary.core.test.MayDropSignals;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short run of {@link SessionFuzz}. {@code -Dtributary.seed} selects other sessions. */
@MayDropSignals("answers to a disconnected client have no receiver")
class SessionFuzzIntegrationTests {

    private static final long SEED = Long.getLong("tributary.seed", 6);

    @TempDir
    private Path directory;

    @Test
    void misbehavingClientsDoNotAffectOthersAndLeaveNothing() throws InterruptedException {
        try (TestServer server = FuzzRound.server(directory)) {
            new FuzzRound(server).run(SEED << 32, 300);
        }
    }
}
