package dev.tributary.transport.benchmark;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.transport.client.RawSocket;
import dev.tributary.transport.client.TestDoor;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * What connections cost on which nothing happens any more: each asked one thing and was answered. The client's side, plain
 * sockets in this process, is included, as it is in the figure of the bare server beside it.
 */
final class IdleConnections {

    private static final int CONNECTIONS = 2_000;
    private static final String PATH = "/v1/contract/command?encodingProtocol=native";
    private static final byte[] REQUEST = ClientEncoding.NATIVE
            .codec()
            .encodeRequest(new ClientRequest.Get(
                    LastWriterWins.named("nobody holds this").id(), false, false, false));

    private IdleConnections() {}

    static void print() throws IOException {
        try (TestDoor door = TestDoor.open(Files.createTempDirectory("door-benchmark"));
                BareWebSocket bare = BareWebSocket.open(1, 1)) {
            measure("warming up", door.port(), PATH, 100);
            measure("warming up", bare.port(), "/echo", 100);
            measure("at a bare server", bare.port(), "/echo", CONNECTIONS);
            measure("at the door", door.port(), PATH, CONNECTIONS);
        }
    }

    private static void measure(String where, int port, String path, int count) throws IOException {
        Memory before = Memory.afterCollection();
        List<RawSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RawSocket socket = RawSocket.upgraded(port, path);
            sockets.add(socket);
            socket.send(REQUEST);
            socket.next();
        }
        Memory after = Memory.afterCollection();
        System.out.printf(
                "%d idle connections %-18s %6d bytes of heap each, %6d of direct memory; %d MB in all%n",
                count,
                where,
                (after.heap() - before.heap()) / count,
                (after.direct() - before.direct()) / count,
                (after.heap() + after.direct() - before.heap() - before.direct()) / 1_000_000);
        for (RawSocket socket : sockets) {
            socket.close();
        }
    }
}
