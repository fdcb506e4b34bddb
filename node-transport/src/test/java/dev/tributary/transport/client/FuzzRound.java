package dev.tributary.transport.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.PackedContract;
import dev.tributary.transport.client.session.SessionConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs hundreds of sessions of valid and misbehaving clients against a server, four at a time. Meanwhile two control
 * clients must be answered, and in the end nothing may be left: no session, subscription or byte, and no operation of
 * the node.
 */
final class FuzzRound {

    private static final int CONCURRENT_CLIENTS = 4;
    private static final Contract NOTE = LastWriterWins.named("witness");

    /** Short timeouts, so that some of the clients that read nothing are disconnected. */
    private static final SessionConfig SHORT_TIMEOUTS = SessionConfig.defaults()
            .withKeepAlive(new SessionConfig.KeepAlive(Duration.ofSeconds(1), Duration.ofSeconds(3)))
            .withSubscriptions(SessionConfig.SubscriptionLimits.defaults().withTimeout(Duration.ofSeconds(1)));

    private final TestServer server;
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private long answers;

    FuzzRound(TestServer server) {
        this.server = server;
    }

    /** Opens a server with short timeouts. */
    static TestServer server(Path directory) {
        return TestServer.open(directory, config -> config.withSessions(SHORT_TIMEOUTS));
    }

    /** Runs the sessions with these numbers. Throws {@link AssertionError} with all failures. */
    void run(long first, int count) throws InterruptedException {
        AtomicLong next = new AtomicLong(first);
        ExecutorService readers = Executors.newCachedThreadPool();
        ExecutorService clients = Executors.newFixedThreadPool(CONCURRENT_CLIENTS);
        for (int i = 0; i < CONCURRENT_CLIENTS; i++) {
            clients.execute(() -> {
                for (long number = next.getAndIncrement();
                        number < first + count && failures.isEmpty();
                        number = next.getAndIncrement()) {
                    session(number, readers);
                }
            });
        }
        clients.shutdown();
        try (TestClient flatBuffers = TestClient.connect(server, ClientEncoding.FLATBUFFERS);
                TestClient binary = TestClient.connect(server, ClientEncoding.NATIVE)) {
            do {
                checkControlClient(flatBuffers);
                checkControlClient(binary);
            } while (!clients.awaitTermination(10, TimeUnit.MILLISECONDS));
        } catch (AssertionError failure) {
            failures.add(new AssertionError("a control client was not served", failure));
        }
        clients.awaitTermination(10, TimeUnit.MINUTES);
        readers.shutdownNow();
        verify();
    }

    /** Returns the number of answers to the control clients, in all rounds. */
    long answers() {
        return answers;
    }

    private void session(long number, ExecutorService readers) {
        try {
            FuzzSession.run(number, server.port(), readers);
        } catch (IOException | RuntimeException | AssertionError failure) {
            failures.add(new AssertionError("session " + number, failure));
        }
    }

    private void checkControlClient(TestClient client) {
        State state = LastWriterWins.state(++answers, new byte[100]);
        ClientRequest put = new ClientRequest.Put(PackedContract.of(NOTE), state, List.of(), false, false);
        assertThat(client.request(put)).isInstanceOf(ClientAnswer.PutAnswer.class);
        assertThat(client.request(new ClientRequest.Get(NOTE.id(), false, false, false)))
                .isInstanceOfSatisfying(
                        ClientAnswer.GetAnswer.class,
                        answer -> assertThat(answer.state()).isEqualTo(state));
    }

    private void verify() {
        try {
            await().atMost(TestServer.TIMEOUT).untilAsserted(this::assertNothingIsLeft);
        } catch (RuntimeException | AssertionError left) {
            failures.add(left);
        }
        if (!failures.isEmpty()) {
            AssertionError all = new AssertionError(failures.size() + " failures");
            failures.forEach(all::addSuppressed);
            throw all;
        }
    }

    private void assertNothingIsLeft() {
        ApiServerStatus status = server.server().status();
        assertThat(status.connections()).as("connections").isZero();
        assertThat(status.sessions()).as("sessions").isZero();
        assertThat(status.subscriptions()).as("subscriptions").isZero();
        assertThat(status.heldBytes()).as("bytes").isZero();
        assertThat(server.node().status().tables().operations().clientOperations())
                .as("operations")
                .isZero();
        assertThat(server.node().status().contracts().subscriptions().subscribers())
                .as("subscribers")
                .isZero();
    }
}
