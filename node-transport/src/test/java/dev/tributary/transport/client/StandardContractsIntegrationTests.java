package dev.tributary.transport.client;

import static dev.tributary.transport.client.SessionIntegrationTests.get;
import static dev.tributary.transport.client.SessionIntegrationTests.put;
import static dev.tributary.transport.client.SessionIntegrationTests.update;
import static dev.tributary.transport.client.TestServer.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.Node;
import dev.tributary.core.contract.standard.ImmutableBlob;
import dev.tributary.core.contract.standard.SignedCounter;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.test.MayDropSignals;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.PackedContract;
import dev.tributary.transport.client.message.UpdatePayload;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Standard contracts in WebAssembly, used by several clients. */
@MayDropSignals("signals in flight when the server closes have no receiver")
class StandardContractsIntegrationTests {

    @TempDir
    Path directory;

    private TestServer server;

    @BeforeEach
    void open() {
        Node node = Node.builder()
                .transport(InMemoryNetwork.create().transport())
                .wasm()
                .start()
                .block(TIMEOUT);
        server = TestServer.open(Objects.requireNonNull(node), directory, config -> config);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void blobIsStoredAndOtherContentIsRefused(ClientEncoding encoding) {
        Bytes content = Bytes.utf8("hello");
        Contract blob = ImmutableBlob.contract(content);
        try (TestClient client = TestClient.connect(server, encoding)) {
            assertThat(client.request(put(blob, ImmutableBlob.state(Bytes.utf8("other")), false)))
                    .isInstanceOf(ClientError.class);
            assertThat(client.request(put(blob, ImmutableBlob.state(content), false)))
                    .isEqualTo(new ClientAnswer.PutAnswer(blob.key()));
            assertThat(client.request(get(blob.id(), true)))
                    .isEqualTo(new ClientAnswer.GetAnswer(
                            blob.key(), Optional.of(PackedContract.of(blob)), ImmutableBlob.state(content)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void counterUpdatesReachSubscribers(ClientEncoding encoding) throws GeneralSecurityException {
        KeyPair one = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        KeyPair two = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Contract counter = SignedCounter.contract(List.of(one.getPublic(), two.getPublic()), "visits");
        try (TestClient writer = TestClient.connect(server, encoding);
                TestClient reader = TestClient.connect(server, encoding)) {
            writer.request(put(counter, SignedCounter.slot(counter, one.getPrivate(), 0, 3), false));
            assertThat(reader.request(new ClientRequest.Subscribe(counter.id(), Optional.empty())))
                    .isEqualTo(new ClientAnswer.SubscribeAnswer(counter.key(), true));

            writer.request(update(
                    counter.id(), new UpdatePayload.FullState(SignedCounter.slot(counter, two.getPrivate(), 1, 4))));
            assertThat(SignedCounter.value(notifiedState(reader))).isEqualTo(7);
            State more = SignedCounter.slot(counter, one.getPrivate(), 0, 5);
            writer.request(update(counter.id(), new UpdatePayload.Delta(new StateDelta(more.bytes()))));
            assertThat(SignedCounter.value(notifiedState(reader))).isEqualTo(9);
        }
    }

    private static State notifiedState(TestClient client) {
        ClientAnswer.UpdateNotification notification = (ClientAnswer.UpdateNotification) client.next();
        return ((UpdatePayload.FullState) notification.payload()).state();
    }
}
