package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PresetTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Contract NOTE = LastWriterWins.named("note");
    private static final State STATE = LastWriterWins.state(1, new byte[] {42});

    static Stream<Arguments> presets() {
        return Stream.of(
                Arguments.of("local", NodeConfig.local()),
                Arguments.of("lan", NodeConfig.lan()),
                Arguments.of("internet", NodeConfig.internet()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("presets")
    void stateThatOneNodePutIsFoundByTheOther(String name, NodeConfig preset) {
        InMemoryNetwork network = InMemoryNetwork.create();
        NodeBuilder builder = Node.builder().config(preset);
        Node first = start(builder.transport(network.transport()));
        Node second = start(builder.transport(network.transport())
                .bootstrapPeers(first.status().address()));
        try {
            second.awaitNeighbours(1).block(TIMEOUT);

            assertThat(first.put(NOTE, STATE).block(TIMEOUT)).isNotNull();
            GetResult found = Objects.requireNonNull(second.get(NOTE.id()).block(TIMEOUT));
            assertThat(found.state()).contains(STATE);
        } finally {
            second.stop().block(TIMEOUT);
            first.stop().block(TIMEOUT);
        }
    }

    @Test
    void defaultIsThePresetForTheInternet() {
        assertThat(NodeConfig.defaults()).isEqualTo(NodeConfig.internet());
    }

    private static Node start(NodeBuilder builder) {
        return Objects.requireNonNull(builder.start().block(TIMEOUT));
    }
}
