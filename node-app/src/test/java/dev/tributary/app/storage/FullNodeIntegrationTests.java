package dev.tributary.app.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.storage.StoreHealth;
import dev.tributary.core.value.GetResult;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

/** The disk of one of five nodes is full while clients of the others work. */
@Timeout(120)
class FullNodeIntegrationTests {

    private static final int HELD = 20;
    private static final int OPERATIONS = 120;

    @TempDir
    private Path directory;

    @Test
    void othersNoticeNothingAndTheFullNodeServesWhatItHoldsAndRecovers() {
        FullDisk disk = new FullDisk();
        try (StoreNetwork network = new StoreNetwork(directory)) {
            network.start(disk);
            for (int i = 1; i < 5; i++) {
                network.start(new Disk());
            }
            for (int i = 0; i < HELD; i++) {
                network.put(0, i);
            }
            disk.fill();

            Mono<Long> failedPuts = Flux.range(HELD, OPERATIONS)
                    .flatMap(
                            i -> network.node(1 + i % 4)
                                    .put(StoreNetwork.contract(i), StoreNetwork.state(i))
                                    .map(receipt -> true)
                                    .onErrorReturn(false),
                            16)
                    .filter(succeeded -> !succeeded)
                    .count();
            Mono<Long> failedGets = Flux.range(0, OPERATIONS)
                    .flatMap(
                            i -> network.node(i % 5)
                                    .get(StoreNetwork.contract(i % HELD).id())
                                    .map(found -> found instanceof GetResult.Found)
                                    .onErrorReturn(false),
                            16)
                    .filter(succeeded -> !succeeded)
                    .count();
            Tuple2<Long, Long> failed = Mono.zip(failedPuts, failedGets)
                    .blockOptional(StoreNetwork.TIMEOUT)
                    .orElseThrow();
            assertThat(failed.getT1()).as("failed PUTs at the other nodes").isZero();
            assertThat(failed.getT2()).as("failed GETs at all nodes").isZero();

            for (int i = 0; i < HELD + 40; i++) {
                assertThat(network.get(0, i)).isEqualTo(StoreNetwork.state(i));
            }
            assertThat(health(network).refusal()).contains("No space left on device");
            assertThat(health(network).refusedCommits()).isPositive();

            disk.freeSpace();
            StoreNetwork.await(() -> health(network).isWritable());
            network.put(0, 1_000);
            assertThat(network.get(0, 1_000)).isEqualTo(StoreNetwork.state(1_000));
        } finally {
            disk.freeSpace();
        }
    }

    private static StoreHealth health(StoreNetwork network) {
        return network.node(0).status().contracts().health();
    }
}
