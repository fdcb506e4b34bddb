package dev.tributary.transport.client;

import static dev.tributary.transport.client.TestDoor.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that go while more is under way than the door does for them at once. Nothing of it is heard of again. */
class LeavingClientsIntegrationTests {

    private static final int MORE_THAN_AT_ONCE = 200;

    @TempDir
    private Path directory;

    private TestDoor door;

    @BeforeEach
    void open() {
        door = TestDoor.open(directory);
    }

    @AfterEach
    void close() {
        door.close();
    }

    /** How a client goes. */
    enum Leave {
        DISCONNECT,
        CLOSE_FRAME,
        END_OF_STREAM,
        RESET
    }

    @ParameterizedTest
    @EnumSource
    void whatWasNotBegunIsForgotten(Leave how) throws IOException {
        try (RawSocket client = RawSocket.upgraded(door.port(), "/v1/contract/command?encodingProtocol=native")) {
            for (int i = 0; i < MORE_THAN_AT_ONCE; i++) {
                client.send(encode(new ClientRequest.Subscribe(
                        LastWriterWins.named("nobody holds this " + i).id(), Optional.empty())));
            }
            await().atMost(SOON).until(() -> door.door().status().subscriptions() >= 60);
            switch (how) {
                case DISCONNECT -> client.send(encode(new ClientRequest.Disconnect(Optional.empty())));
                case CLOSE_FRAME -> client.write(RawSocket.header(0x88, 0));
                case END_OF_STREAM -> client.shutOutput();
                case RESET -> client.reset();
            }
            if (how == Leave.DISCONNECT || how == Leave.CLOSE_FRAME) {
                // It stands behind what the door does not read as long as so much is under way.
                client.shutOutput();
            }
            nothingIsLeft();
        }
    }

    @Test
    void aSocketThatIsHalfOpenIsClosed() throws IOException {
        try (RawSocket client = RawSocket.upgraded(door.port(), "/v1/contract/command?encodingProtocol=native")) {
            await().atMost(SOON).until(() -> door.door().status().sessions() == 1);
            client.shutOutput();
            assertThat(client.closeCode()).isIn(-1, 1005);
            nothingIsLeft();
        }
    }

    private void nothingIsLeft() {
        await().atMost(SOON).untilAsserted(() -> {
            DoorStatus status = door.door().status();
            assertThat(status.connections()).isZero();
            assertThat(status.sessions()).isZero();
            assertThat(status.subscriptions()).isZero();
            assertThat(status.heldBytes()).isZero();
            assertThat(door.node().status().living().subscribers()).isZero();
        });
    }

    private static byte[] encode(ClientRequest request) {
        return ClientEncoding.NATIVE.codec().encodeRequest(request);
    }
}
