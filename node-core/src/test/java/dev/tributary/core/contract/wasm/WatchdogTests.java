package dev.tributary.core.contract.wasm;

import static org.awaitility.Awaitility.await;

import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatchdogTests {

    @Test
    void checkThatThrowsLeavesTheOtherCallsWatched() {
        AtomicInteger checks = new AtomicInteger();
        try (Watchdog watchdog = new Watchdog(WasmLimits.defaults(), TimeSource.system())) {
            watchdog.add(now -> {
                throw new IllegalStateException("the time of the thread cannot be read");
            });
            watchdog.add(now -> checks.incrementAndGet());

            await().atMost(Duration.ofSeconds(20)).until(() -> checks.get() > 2);
        }
    }
}
