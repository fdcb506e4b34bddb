package dev.tributary.transport.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.NodeEvent.PartStalled;
import dev.tributary.core.value.NodeEvent.PartStalled.Verdict;
import dev.tributary.core.watchdog.StallStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the pages of a node show what its watchdog found. */
class StallJsonTests {

    private static final PartStalled STALL = new PartStalled(
            "event loop",
            Verdict.BUSY,
            Duration.ofSeconds(5),
            "Put.Request of a peer",
            3,
            "it runs",
            List.of("A.a:1", "B.b:2"));

    @Test
    void statusHasCountersAndCurrentStallsWithStack() {
        assertThat(StallJson.full(new StallStatus(Map.of(Verdict.LOST_WAKE_UP, 2L), List.of(STALL)))
                        .toString())
                .startsWith("{\"lostWakeUps\":2,\"counts\":{\"busy\":0,\"blocked\":0,")
                .contains("\"lost-wake-up\":2")
                .endsWith(
                        "\"current\":[{\"part\":\"event loop\",\"verdict\":\"BUSY\",\"work\":\"Put.Request of a peer\","
                                + "\"waiting\":3,\"cause\":\"it runs\",\"stack\":\"A.a:1 \\u003c B.b:2\"}]}");
    }

    @Test
    void healthPageHasNeitherWorkNorStack() {
        assertThat(StallJson.brief(new StallStatus(Map.of(), List.of(STALL))))
                .hasToString("[{\"part\":\"event loop\",\"verdict\":\"BUSY\"}]");
    }
}
