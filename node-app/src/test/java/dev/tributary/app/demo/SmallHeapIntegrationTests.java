package dev.tributary.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.client.remote.NodeClientConfig;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two processes with small heaps, whose collections take most of the time beside other tests. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class SmallHeapIntegrationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Contract LARGE = LastWriterWins.named("large");

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"200m, 10", "512m, 30"})
    void stateNearTheLimitOfTheHeapTravelsFromAClientThroughANodeToAnother(String heap, int mib) throws Exception {
        int first = freePort();
        int clients = freePort();
        int otherClients = freePort();
        NodeChild node = start("node", "127.0.0.1:" + first, List.of(), heap, clients);
        NodeChild other = start("other", "127.0.0.1:0", List.of("127.0.0.1:" + first), heap, otherClients);
        NodeClient writer = client(clients);
        NodeClient reader = client(otherClients);
        try {
            node.readReply();
            other.readReply();
            State state = LastWriterWins.state(1, new byte[(mib << 20) - 1000]);

            writer.put(LARGE, state).block(TIMEOUT);

            assertThat(reader.get(LARGE.id()).map(ClientAnswer.GetAnswer::state).block(TIMEOUT))
                    .isEqualTo(state);
        } finally {
            writer.close().block(TIMEOUT);
            reader.close().block(TIMEOUT);
            node.kill();
            other.kill();
        }
    }

    private NodeChild start(String name, String listen, List<String> gateways, String heap, int clientPort)
            throws Exception {
        return NodeChild.start(
                PackagedProgram.forNodes(),
                directory.resolve(name),
                listen,
                gateways,
                heap,
                List.of("--identity-difficulty", "0", "--client-port", Integer.toString(clientPort)));
    }

    private static NodeClient client(int port) {
        return NodeClient.open(NodeClientConfig.parse("ws://127.0.0.1:" + port));
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
