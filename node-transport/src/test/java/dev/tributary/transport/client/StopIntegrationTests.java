package dev.tributary.transport.client;

import static dev.tributary.transport.client.SessionIntegrationTests.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.Node;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.test.ForwardingStore;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A node that is stopped answers the requests under way before it disconnects its clients. */
class StopIntegrationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Contract NOTE = LastWriterWins.named("note");
    private static final Contract OTHER = LastWriterWins.named("other");
    private static final State STATE = LastWriterWins.state(1, new byte[10]);

    private final SlowStore store = new SlowStore();

    @TempDir
    private Path directory;

    @Test
    void putThatIsUnderWayIsAnsweredBeforeTheNodeDisconnectsItsClient() {
        TestServer server = startServer();
        try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            client.send(put(NOTE, STATE, false));
            await().atMost(TIMEOUT).until(() -> store.commits.get() == 1);

            Mono<Void> stopped = Mono.whenDelayError(
                            server.node().stop(), server.server().closeAfterDrain())
                    .cache();
            stopped.subscribe(none -> {}, failure -> {});
            client.send(put(OTHER, STATE, false));
            assertThat(client.next()).as("a request that came too late").isInstanceOf(ClientError.class);
            store.disk.tryEmitEmpty();

            assertThat(client.next()).isInstanceOf(ClientAnswer.PutAnswer.class);
            assertThat(client.closeCode()).isEqualTo(1001);
            stopped.block(TIMEOUT);
        }
        assertThat(store.stored).hasValue(1);
    }

    @Test
    void serverThatClosesWaitsForAnAnswerThatComesSoon() {
        TestServer server = startServer();
        try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            client.send(put(NOTE, STATE, false));
            await().atMost(TIMEOUT).until(() -> store.commits.get() == 1);

            server.server().close().subscribe(none -> {}, failure -> {});
            Mono.delay(Duration.ofMillis(100)).subscribe(now -> store.disk.tryEmitEmpty());

            assertThat(client.next()).isInstanceOf(ClientAnswer.PutAnswer.class);
            assertThat(client.closeCode()).isEqualTo(1001);
        }
        server.close();
    }

    @Test
    void serverThatClosesGivesUpAnAnswerThatDoesNotCome() {
        TestServer server = startServer();
        try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            client.send(put(NOTE, STATE, false));
            await().atMost(TIMEOUT).until(() -> store.commits.get() == 1);

            server.server().close().subscribe(none -> {}, failure -> {});

            assertThat(client.closeCode()).isEqualTo(1001);
        }
        store.disk.tryEmitEmpty();
        server.close();
    }

    private TestServer startServer() {
        Node node = Node.builder()
                .transport(InMemoryNetwork.create().transport())
                .store(store)
                .start()
                .block(TIMEOUT);
        return TestServer.open(Objects.requireNonNull(node), directory, UnaryOperator.identity());
    }

    /** Commits when the test lets the disk work. */
    private static final class SlowStore implements ForwardingStore {

        private final ContractStore memory = InMemoryContractStore.create();
        private final AtomicInteger commits = new AtomicInteger();
        private final AtomicInteger stored = new AtomicInteger();
        private final Sinks.Empty<Void> disk = Sinks.empty();

        @Override
        public ContractStore delegate() {
            return memory;
        }

        @Override
        public Mono<Void> commit(StoredContract contract) {
            return Mono.defer(() -> {
                commits.incrementAndGet();
                return disk.asMono().then(memory.commit(contract)).doOnSuccess(done -> stored.incrementAndGet());
            });
        }
    }
}
