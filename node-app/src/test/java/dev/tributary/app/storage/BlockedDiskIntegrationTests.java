package dev.tributary.app.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.Node;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.simulation.InMemoryNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Sinks;

/** A node whose disk hangs stops within the promised time, and tells its client that the outcome is not known. */
@Timeout(60)
class BlockedDiskIntegrationTests {

    private static final Duration STOP = Duration.ofSeconds(1);

    /** What the node and its store have for all else. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final AtomicBoolean hangs = new AtomicBoolean();
    private final CountDownLatch mayWork = new CountDownLatch(1);
    private final CountDownLatch syncs = new CountDownLatch(1);

    @TempDir
    private Path directory;

    @Test
    void nodeStopsAlthoughASyncOfItsStoreNeverReturns() throws InterruptedException {
        FileContractStore store = FileContractStore.open(directory, StorageConfig.defaults(), new BlockedDisk());
        NodeConfig config = NodeConfig.defaults();
        Node node = Objects.requireNonNull(Node.builder()
                .transport(InMemoryNetwork.create().transport())
                .store(store)
                .runtime(JavaContractRuntime.standard())
                .config(config.withLoop(config.loop().withStopTimeout(STOP)))
                .start()
                .block(MARGIN));
        hangs.set(true);
        Sinks.One<Throwable> outcome = Sinks.one();
        node.put(LastWriterWins.named("stuck"), LastWriterWins.state(1, new byte[300_000]))
                .subscribe(stored -> {}, outcome::tryEmitValue);
        assertThat(syncs.await(20, TimeUnit.SECONDS)).isTrue();

        long begun = System.nanoTime();
        node.stop().onErrorComplete().block(STOP.plus(MARGIN).plus(MARGIN));
        long millis = (System.nanoTime() - begun) / 1_000_000;

        System.out.printf("stop with a blocked disk: %d ms%n", millis);
        assertThat(Duration.ofMillis(millis)).isLessThan(STOP.plus(MARGIN).plusSeconds(2));
        assertThat(Objects.requireNonNull(outcome.asMono().block(MARGIN)).getMessage())
                .contains("its outcome is unknown");
        mayWork.countDown();
        store.close().onErrorComplete().block(MARGIN);
    }

    private final class BlockedDisk extends Disk {

        @Override
        void sync(Path path) throws IOException {
            if (hangs.get()) {
                syncs.countDown();
                awaitTheEnd();
            }
            super.sync(path);
        }

        private void awaitTheEnd() {
            try {
                mayWork.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
