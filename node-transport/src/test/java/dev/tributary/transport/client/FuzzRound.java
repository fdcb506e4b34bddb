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
 * A door with some hundred sessions of good and broken clients, four at a time. Meanwhile two other clients go on being
 * answered, and in the end nothing is left: no session, subscription or byte, and no operation of the node.
 */
final class FuzzRound {

    private static final int AT_ONCE = 4;
    private static final Contract NOTE = LastWriterWins.named("witness");

    /** Short enough for clients that take nothing to be given up now and then. */
    private static final SessionConfig HASTY = SessionConfig.DEFAULT
            .withPatience(Duration.ofSeconds(1), Duration.ofSeconds(3))
            .withSubscribePatience(Duration.ofSeconds(1));

    private final TestDoor door;
    private final Queue<Throwable> found = new ConcurrentLinkedQueue<>();
    private long answers;

    FuzzRound(TestDoor door) {
        this.door = door;
    }

    /** A door that loses patience soon. */
    static TestDoor door(Path directory) {
        return TestDoor.open(directory, config -> config.withSessions(HASTY));
    }

    /** Has the sessions of these numbers. Throws {@link AssertionError} with everything that was found. */
    void run(long first, int count) throws InterruptedException {
        AtomicLong next = new AtomicLong(first);
        ExecutorService readers = Executors.newCachedThreadPool();
        ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
        for (int i = 0; i < AT_ONCE; i++) {
            clients.execute(() -> {
                for (long number = next.getAndIncrement();
                        number < first + count && found.isEmpty();
                        number = next.getAndIncrement()) {
                    session(number, readers);
                }
            });
        }
        clients.shutdown();
        try (TestClient flat = TestClient.connect(door, ClientEncoding.FLATBUFFERS);
                TestClient nativ = TestClient.connect(door, ClientEncoding.NATIVE)) {
            do {
                witness(flat);
                witness(nativ);
            } while (!clients.awaitTermination(10, TimeUnit.MILLISECONDS));
        } catch (AssertionError silent) {
            found.add(new AssertionError("another client was not served", silent));
        }
        clients.awaitTermination(10, TimeUnit.MINUTES);
        readers.shutdownNow();
        verify();
    }

    /** How often the other clients were answered, in all rounds. */
    long answers() {
        return answers;
    }

    private void session(long number, ExecutorService readers) {
        try {
            FuzzSession.run(number, door.port(), readers);
        } catch (IOException | RuntimeException | AssertionError failure) {
            found.add(new AssertionError("session " + number, failure));
        }
    }

    private void witness(TestClient client) {
        State state = LastWriterWins.state(++answers, new byte[100]);
        ClientRequest put = new ClientRequest.Put(PackedContract.of(NOTE), state, List.of(), false, false);
        assertThat(client.ask(put)).isInstanceOf(ClientAnswer.PutAnswer.class);
        assertThat(client.ask(new ClientRequest.Get(NOTE.id(), false, false, false)))
                .isInstanceOfSatisfying(
                        ClientAnswer.GetAnswer.class,
                        answer -> assertThat(answer.state()).isEqualTo(state));
    }

    private void verify() {
        try {
            await().atMost(TestDoor.SOON).untilAsserted(this::nothingIsLeft);
        } catch (RuntimeException | AssertionError left) {
            found.add(left);
        }
        if (!found.isEmpty()) {
            AssertionError all = new AssertionError(found.size() + " things were found");
            found.forEach(all::addSuppressed);
            throw all;
        }
    }

    private void nothingIsLeft() {
        DoorStatus status = door.door().status();
        assertThat(status.connections()).as("connections").isZero();
        assertThat(status.sessions()).as("sessions").isZero();
        assertThat(status.subscriptions()).as("subscriptions").isZero();
        assertThat(status.heldBytes()).as("bytes").isZero();
        assertThat(door.node().status().tables().clientOperations())
                .as("operations")
                .isZero();
        assertThat(door.node().status().living().subscribers())
                .as("subscribers")
                .isZero();
    }
}
