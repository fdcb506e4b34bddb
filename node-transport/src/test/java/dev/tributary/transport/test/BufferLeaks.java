package dev.tributary.transport.test;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class that leaks a buffer. It leaks a bait buffer on purpose and waits until the bait is reported: then
 * all earlier leaks are reported, too, and the detector is known to work.
 */
public final class BufferLeaks implements BeforeAllCallback, AfterAllCallback {

    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger BAITS = new AtomicInteger();

    @Override
    public void beforeAll(ExtensionContext context) {
        watch();
    }

    /** Starts to record leaks. */
    public static void watch() {
        ByteBufUtil.setLeakListener((type, records) -> FOUND.add(records));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (ResourceLeakDetector.getLevel() == ResourceLeakDetector.Level.PARANOID) {
            verify(context.getDisplayName());
        }
    }

    /** Throws {@link AssertionError} if a buffer was leaked in {@code where} or before. */
    public static void verify(String where) {
        String bait = "bait " + BAITS.incrementAndGet() + ";";
        leak(bait);
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> collected(bait));
        FOUND.removeIf(records -> records.contains("bait "));
        if (!FOUND.isEmpty()) {
            String all = String.join("\n", FOUND);
            FOUND.clear();
            throw new AssertionError("buffers leaked in " + where + " or before it:\n" + all);
        }
    }

    private static void leak(String bait) {
        ByteBuf leaked = ByteBufAllocator.DEFAULT.buffer(16);
        leaked.touch(bait);
    }

    private static boolean collected(String bait) {
        System.gc();
        // Leaks are reported when the next buffer is allocated.
        ByteBufAllocator.DEFAULT.buffer(16).release();
        return FOUND.stream().anyMatch(records -> records.contains(bait));
    }
}
