package dev.tributary.app.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.storage.StoreProcess.Sample;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Five node processes, of which one has a data directory on a small disk that another program fills. */
@Timeout(180)
class FullDiskProcessesIntegrationTests {

    private static final int MEBIBYTES = 48;
    private static final int HELD = 12;
    private static final int OPERATIONS = 120;

    @TempDir
    private Path directory;

    private final List<StoreProcess> nodes = new ArrayList<>();
    private @Nullable SmallDisk mounted;

    @AfterEach
    void stopAll() throws IOException, InterruptedException {
        nodes.forEach(StoreProcess::close);
        if (mounted != null) {
            mounted.unmount();
        }
    }

    @Test
    void othersNoticeNothingAndTheFullNodeServesWhatItHoldsAndRecovers() throws Exception {
        SmallDisk disk = SmallDisk.mount(directory.resolve("node-0"), MEBIBYTES);
        mounted = disk;
        startNodes();
        StoreProcess full = nodes.get(0);
        for (int i = 0; i < HELD; i++) {
            full.put(sample(i));
        }
        assertThat(full.pageStatus("/health/ready")).isEqualTo(200);

        disk.fill();
        AtomicInteger failures = new AtomicInteger();
        Mono.when(load(failures), getsOfTheFullNode(full, failures)).block(StoreProcess.TIMEOUT);

        assertThat(failures).as("failed operations").hasValue(0);
        StoreProcess.await(() -> full.pageStatus("/health/ready") == 503);
        assertThat(full.metric("tributary_store_writable")).isZero();
        assertThat(full.metric("tributary_store_refused_total")).isPositive();
        State newer = LastWriterWins.state(1_000, new byte[700]);
        full.client()
                .update(sample(0).contract().id(), new StateChange.Full(newer))
                .block(StoreProcess.TIMEOUT);
        assertThat(full.get(sample(0))).as("updated at another host").isEqualTo(newer);

        disk.freeSpace();
        StoreProcess.await(() -> full.pageStatus("/health/ready") == 200);
        full.put(sample(HELD + OPERATIONS));
        assertThat(full.get(sample(HELD + OPERATIONS)))
                .isEqualTo(sample(HELD + OPERATIONS).state());
        assertThat(full.log()).contains("store refuses commits", "store takes commits again");
    }

    /** PUTs and GETs of clients of the four other nodes. */
    private Mono<Void> load(AtomicInteger failures) {
        return Flux.range(HELD, OPERATIONS)
                .flatMap(
                        i -> {
                            StoreProcess node = nodes.get(1 + i % 4);
                            Sample sample = sample(i);
                            return counted(
                                    failures,
                                    node.client()
                                            .put(sample.contract(), sample.state())
                                            .then(node.client()
                                                    .get(sample.contract().id()))
                                            .map(found -> found.state().equals(sample.state())));
                        },
                        8)
                .then();
    }

    private static Mono<Void> getsOfTheFullNode(StoreProcess full, AtomicInteger failures) {
        return Flux.range(0, OPERATIONS)
                .concatMap(i -> counted(
                        failures,
                        full.client()
                                .get(sample(i % HELD).contract().id())
                                .map(found ->
                                        found.state().equals(sample(i % HELD).state()))))
                .then();
    }

    private static Mono<Boolean> counted(AtomicInteger failures, Mono<Boolean> operation) {
        return operation.defaultIfEmpty(false).onErrorReturn(false).doOnNext(succeeded -> {
            if (!succeeded) {
                failures.incrementAndGet();
            }
        });
    }

    private static Sample sample(int number) {
        return number % 2 == 0 ? Sample.small(number) : Sample.large(number);
    }

    private void startNodes() throws IOException {
        for (int i = 0; i < 5; i++) {
            List<String> gateways = nodes.stream().map(StoreProcess::address).toList();
            nodes.add(StoreProcess.start(directory.resolve("node-" + i), gateways));
        }
        for (StoreProcess node : nodes) {
            node.awaitNeighbours(4);
        }
    }
}
