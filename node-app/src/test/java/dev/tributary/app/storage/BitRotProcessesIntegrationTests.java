package dev.tributary.app.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.app.storage.StoreProcess.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A bit flips in each kind of file of one of three node processes, while it runs and while it is down. */
@Timeout(180)
class BitRotProcessesIntegrationTests {

    private static final List<Sample> SMALL = List.of(Sample.small(1), Sample.small(2));
    private static final List<Sample> LARGE = List.of(Sample.large(3), Sample.large(4));
    private static final List<Sample> ALL = Stream.of(SMALL, LARGE, List.of(Sample.wasm(5)))
            .flatMap(List::stream)
            .toList();

    @TempDir
    private Path directory;

    private final List<StoreProcess> nodes = new ArrayList<>();

    @AfterEach
    void stopAll() {
        nodes.forEach(StoreProcess::close);
    }

    @Test
    void everythingIsReadableAgainAfterEachKindOfFileRots() throws Exception {
        startThreeNodesThatHoldAll();
        FlippedBits files = new FlippedBits(data(0));
        byte[] key = Files.readAllBytes(data(0).resolve("identity.key"));

        // While the node runs: what it reads from files is damaged, and what it keeps in memory is not.
        files.inBodies(0.5);
        files.inIndex(SMALL.get(0).state().bytes());
        files.in("contracts/generation");
        files.in("identity.key");
        files.in("instance");
        assertAllReadable(nodes.get(0));
        StoreProcess.await(() -> nodes.get(0).metric("tributary_damaged_contracts") == 0);
        assertThat(nodes.get(0).metric("tributary_damaged_found_total")).isEqualTo(LARGE.size());
        assertThat(nodes.get(0).metric("tributary_damaged_repaired_total")).isEqualTo(LARGE.size());
        assertThat(nodes.get(0).log()).contains("copy damaged", "damaged copy repaired");

        // After the restart: what memory hid, all bodies once more, and the file of peers.
        nodes.get(0).stop();
        assertThatThrownBy(() -> start(0)).hasMessageContaining("identity.key").hasMessageContaining("restore it");
        Files.write(data(0).resolve("identity.key"), key);
        files.inBodies(0.3);
        files.in("peers");
        files.inIndex(SMALL.get(1).state().bytes());
        start(0);
        nodes.get(0).awaitNeighbours(2);
        assertAllReadable(nodes.get(0));
        StoreProcess.await(() -> nodes.get(0).metric("tributary_damaged_contracts") == 0);
        assertThat(nodes.get(0).metric("tributary_damaged_found_total")).isGreaterThanOrEqualTo(ALL.size() - 1);

        // The structure of the index: a start refuses it, and goes on if the operator says so.
        nodes.get(0).stop();
        files.inIndex(SMALL.get(0).contract().id().bytes());
        assertThatThrownBy(() -> start(0)).hasMessageContaining("storage.when-damaged");
        start(0, "--storage-when-damaged", "continue");
        nodes.get(0).awaitNeighbours(2);
        assertAllReadable(nodes.get(0));

        // Alone: an error for the one damaged contract.
        nodes.get(1).close();
        nodes.get(2).close();
        files.inBodies(0.7);
        assertThatThrownBy(() -> nodes.get(0).get(LARGE.get(1))).hasMessageContaining("damaged");
        for (Sample sample : SMALL) {
            assertThat(nodes.get(0).get(sample)).isEqualTo(sample.state());
        }
    }

    private void startThreeNodesThatHoldAll() throws IOException {
        for (int i = 0; i < 3; i++) {
            nodes.add(StoreProcess.start(data(i), gateways(i)));
        }
        nodes.get(0).awaitNeighbours(2);
        ALL.forEach(nodes.get(0)::put);
        for (StoreProcess node : nodes) {
            StoreProcess.await(() -> node.metric("tributary_contracts") == ALL.size());
        }
    }

    private void start(int number, String... settings) throws IOException {
        nodes.set(number, StoreProcess.start(data(number), gateways(number), settings));
    }

    private List<String> gateways(int number) {
        return nodes.stream()
                .filter(node -> !node.data().equals(data(number)))
                .map(StoreProcess::address)
                .toList();
    }

    private Path data(int number) {
        return directory.resolve("node-" + number);
    }

    private static void assertAllReadable(StoreProcess node) {
        for (Sample sample : ALL) {
            assertThat(node.get(sample)).isEqualTo(sample.state());
        }
    }
}
