package dev.tributary.transport.benchmark;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.transport.client.RawSocket;
import dev.tributary.transport.client.TestServer;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the memory of idle connections, each after one request and its reply. Includes the client side, plain
 * sockets in this process, also in the figure of the bare server.
 */
final class IdleConnectionsBenchmark {

    private static final int CONNECTIONS = 2_000;
    private static final String PATH = "/v1/contract/command?encodingProtocol=native";
    private static final byte[] REQUEST = ClientEncoding.NATIVE
            .codec()
            .encodeRequest(new ClientRequest.Get(
                    LastWriterWins.named("missing contract").id(), false, false, false));

    private IdleConnectionsBenchmark() {}

    static void print() throws IOException {
        try (TestServer server = TestServer.open(Files.createTempDirectory("idle-connections-benchmark"));
                WebSocketBaseline bare = WebSocketBaseline.open(1, 1)) {
            measure("warming up", server.port(), PATH, 100);
            measure("warming up", bare.port(), "/echo", 100);
            measure("bare server", bare.port(), "/echo", CONNECTIONS);
            measure("client API", server.port(), PATH, CONNECTIONS);
        }
    }

    private static void measure(String label, int port, String path, int count) throws IOException {
        MemoryUsage before = MemoryUsage.afterCollection();
        List<RawSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RawSocket socket = RawSocket.upgraded(port, path);
            sockets.add(socket);
            socket.send(REQUEST);
            socket.next();
        }
        MemoryUsage after = MemoryUsage.afterCollection();
        System.out.printf(
                "%d idle connections %-18s %6d bytes of heap each, %6d of direct memory; %d MB in all%n",
                count,
                label,
                (after.heap() - before.heap()) / count,
                (after.direct() - before.direct()) / count,
                (after.heap() + after.direct() - before.heap() - before.direct()) / 1_000_000);
        for (RawSocket socket : sockets) {
            socket.close();
        }
    }
}
