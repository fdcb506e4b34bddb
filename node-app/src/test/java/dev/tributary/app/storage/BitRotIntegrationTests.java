package dev.tributary.app.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.error.ContractDamagedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A bit flips in every file of a node in a network of three: states, parameters and code. */
@Timeout(120)
class BitRotIntegrationTests {

    private static final int CONTRACTS = 6;

    @TempDir
    private Path directory;

    @Test
    void everythingIsReadableAgainWhenBitsFlipWhileTheNodeRuns() {
        try (StoreNetwork network = network()) {
            flipABitInEveryFile(network.bodies(0));

            assertAllReadable(network);
            StoreNetwork.await(() -> network.damage(0).damaged() == 0);

            assertThat(network.damage(0).found()).isEqualTo(CONTRACTS);
            assertThat(network.damage(0).repaired()).isEqualTo(CONTRACTS);
            network.stop(0);
            network.restart(0);
            assertAllReadable(network);
            assertThat(network.damage(0).found())
                    .as("damaged copies after a restart")
                    .isZero();
        }
    }

    @Test
    void everythingIsReadableAgainWhenBitsFlipWhileTheNodeIsDown() {
        try (StoreNetwork network = network()) {
            network.stop(0);
            flipABitInEveryFile(network.bodies(0));
            network.restart(0);

            assertAllReadable(network);
            StoreNetwork.await(() -> network.damage(0).damaged() == 0);

            assertThat(network.damage(0).found()).isEqualTo(CONTRACTS);
            assertThat(network.damage(0).repaired()).isEqualTo(CONTRACTS);
        }
    }

    @Test
    void loneNodeFailsForTheDamagedContractOnly() throws IOException {
        try (StoreNetwork network = new StoreNetwork(directory)) {
            network.start(new Disk());
            network.put(0, 1);
            List<Path> before = files(network.bodies(0));
            network.put(0, 2);
            for (Path file : files(network.bodies(0))) {
                if (!before.contains(file)) {
                    flipABit(file);
                }
            }

            assertThatThrownBy(() -> network.get(0, 2)).isInstanceOf(ContractDamagedException.class);
            assertThat(network.get(0, 1)).isEqualTo(StoreNetwork.state(1));
            assertThat(network.damage(0).damaged()).isEqualTo(1);

            network.put(0, 2);

            assertThat(network.get(0, 2)).isEqualTo(StoreNetwork.state(2));
            assertThat(network.damage(0).damaged()).isZero();
        }
    }

    private StoreNetwork network() {
        StoreNetwork network = new StoreNetwork(directory);
        for (int i = 0; i < 3; i++) {
            network.start(new Disk());
        }
        for (int i = 0; i < CONTRACTS; i++) {
            network.put(0, i);
        }
        StoreNetwork.await(() -> network.node(1).status().contracts().store().contracts() == CONTRACTS
                && network.node(2).status().contracts().store().contracts() == CONTRACTS);
        return network;
    }

    private static void assertAllReadable(StoreNetwork network) {
        for (int i = 0; i < CONTRACTS; i++) {
            assertThat(network.get(0, i)).isEqualTo(StoreNetwork.state(i));
        }
    }

    private static void flipABitInEveryFile(Path bodies) {
        try {
            for (Path file : files(bodies)) {
                flipABit(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void flipABit(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 16;
        Files.write(file, bytes);
    }

    private static List<Path> files(Path bodies) throws IOException {
        try (Stream<Path> files = Files.list(bodies)) {
            return files.sorted().toList();
        }
    }
}
