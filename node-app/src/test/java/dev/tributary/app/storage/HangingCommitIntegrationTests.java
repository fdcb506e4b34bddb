package dev.tributary.app.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.Node;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.NodeEvent.PartStalled;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** A node whose commit hangs is not ready, and its PUTs are stored by another node. */
@Timeout(120)
class HangingCommitIntegrationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final State STATE = LastWriterWins.state(1, new byte[300_000]);

    @TempDir
    private Path directory;

    private final CountDownLatch mayWork = new CountDownLatch(1);
    private volatile boolean hangs;

    @Test
    void putsGoToAnotherNodeWhileACommitHangs() {
        FileContractStore store = FileContractStore.open(directory, StorageConfig.defaults(), new HangingDisk());
        InMemoryNetwork network = InMemoryNetwork.create();
        Node other = start(Node.builder()
                .transport(network.transport())
                .config(NodeConfig.local())
                .start());
        Node node = start(Node.builder()
                .transport(network.transport())
                .config(NodeConfig.local())
                .store(store)
                .bootstrapPeers(other.status().address())
                .start());
        node.awaitNeighbours(1).block(TIMEOUT);
        Mono<PartStalled> stall = node.events().ofType(PartStalled.class).next().cache();
        stall.subscribe();
        hangs = true;

        assertThat(put(node, "under way").copies()).isEqualTo(1);
        assertThat(node.status().contracts().health().refusal()).contains("has not finished a write");
        assertThat(Objects.requireNonNull(stall.block(TIMEOUT))).satisfies(report -> {
            assertThat(report.part()).isEqualTo("store writer");
            assertThat(report.verdict()).isEqualTo(PartStalled.Verdict.BLOCKED);
        });

        long begun = System.nanoTime();
        assertThat(put(node, "later").copies()).isEqualTo(1);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));

        mayWork.countDown();
        assertThat(store.read(contract("under way").id())
                        .repeatWhenEmpty(tries -> tries.delayElements(Duration.ofMillis(50)))
                        .block(TIMEOUT))
                .isNotNull();
        node.stop().then(other.stop()).block(TIMEOUT);
    }

    private static Node start(Mono<Node> starting) {
        return Objects.requireNonNull(starting.block(TIMEOUT));
    }

    private static Contract contract(String name) {
        return LastWriterWins.named(name);
    }

    private static PutReceipt put(Node node, String name) {
        return Objects.requireNonNull(node.put(contract(name), STATE).block(TIMEOUT));
    }

    private final class HangingDisk extends Disk {

        @Override
        void sync(Path path) throws IOException {
            if (hangs) {
                try {
                    mayWork.await();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            }
            super.sync(path);
        }
    }
}
