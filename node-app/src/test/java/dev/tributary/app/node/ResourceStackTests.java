package dev.tributary.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ResourceStackTests {

    private final ResourceStack resources = new ResourceStack();
    private final List<String> closed = new CopyOnWriteArrayList<>();

    @Test
    void resourcesCloseInReverseOrderAlthoughOneFails() {
        resources.push(() -> closed.add("first"));
        resources.push(() -> {
            throw new IllegalStateException("cannot be closed");
        });
        resources.push(() -> closed.add("last"));

        resources.closeWithin(Duration.ofSeconds(20));

        assertThat(closed).containsExactly("last", "first");
    }

    @Test
    @Timeout(10)
    void resourceThatNeverClosesEndsTheCloseAtItsLimit() {
        CountDownLatch disk = new CountDownLatch(1);
        resources.push(() -> closed.add("first"));
        resources.push(disk::await);
        resources.push(() -> closed.add("last"));

        resources.closeWithin(Duration.ofMillis(100));

        assertThat(closed).containsExactly("last");
        disk.countDown();
    }
}
