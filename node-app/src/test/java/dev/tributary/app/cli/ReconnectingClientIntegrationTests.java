package dev.tributary.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.standard.ImmutableBlob;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.remote.ConnectionLostException;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.client.remote.NodeClientConfig;
import dev.tributary.transport.client.remote.NodeClientException;
import dev.tributary.transport.client.remote.NodeUnreachableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Clients and commands that put, update and subscribe at the packaged node while it is killed and restarted. */
@Timeout(600)
class ReconnectingClientIntegrationTests {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int KILLS = 3;
    private static final int CLIENTS = 3;

    /** Exit code of a command that gets no answer from the node. */
    private static final int NO_ANSWER = 3;

    /** Number of concurrent requests per client, as many as a client has connections. */
    private static final int CONCURRENCY = 4;

    @TempDir
    private Path directory;

    private final AtomicInteger blobs = new AtomicInteger();
    private final Queue<ContractInstanceId> acknowledged = new ConcurrentLinkedQueue<>();
    private final AtomicInteger commandsDone = new AtomicInteger();
    private final Disposable.Composite subscriptions = Disposables.composite();
    private final List<NodeClient> clients = new ArrayList<>();
    private JarNode node;

    @BeforeEach
    void start() throws IOException {
        node = JarNode.start(directory);
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(NodeClient.open(NodeClientConfig.parse(node.api())
                    .withBackoff(new NodeClientConfig.Backoff(Duration.ofMillis(50), Duration.ofSeconds(1)))));
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        subscriptions.dispose();
        clients.forEach(client -> client.close().block(TIMEOUT));
        node.killAll();
    }

    @Test
    void clientsGetErrorsReconnectAndNoAcknowledgedStateIsLost() throws Exception {
        Document document = new Document();
        request(() -> clients.get(0).put(document.contract, document.state(1, 10)));
        AtomicLong shown = new AtomicLong();
        AtomicReference<Throwable> ended = new AtomicReference<>();
        subscriptions.add(clients.get(1)
                .subscribe(document.contract.id())
                .subscribe(update -> shown.set(SignedDocument.version(update.state())), ended::set));
        Process follower = node.startCommand("subscribe", document.contract.id().toString());
        // A subscriber reconnects only after a first connection, so wait for its first state.
        assertThat(follower.inputReader().readLine()).startsWith("state of " + document.contract.id());
        AtomicLong changed = new AtomicLong(1);

        for (int kill = 0; kill < KILLS; kill++) {
            int stored = acknowledged.size();
            long version = changed.get();
            int commands = commandsDone.get();
            CompletableFuture<List<Throwable>> failures = Flux.range(0, CLIENTS * CONCURRENCY)
                    .flatMap(i -> repeatUntilFailure(() -> put(clients.get(i % CLIENTS))), CLIENTS * CONCURRENCY)
                    .mergeWith(repeatUntilFailure(() -> change(document, changed)))
                    .collectList()
                    .toFuture();
            CompletableFuture<Integer> lastCommand = CompletableFuture.supplyAsync(this::putUntilACommandFails);
            await().atMost(TIMEOUT)
                    .until(() -> acknowledged.size() >= stored + 30
                            && changed.get() >= version + 5
                            && commandsDone.get() > commands);

            node.kill();

            assertThat(failures.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                    .hasSize(CLIENTS * CONCURRENCY + 1)
                    .allSatisfy(failure -> assertThat(failure)
                            .isInstanceOfAny(ConnectionLostException.class, NodeUnreachableException.class)
                            .hasMessageContaining(node.api()));
            assertThat(lastCommand.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(NO_ANSWER);

            node.restart();
            assertAcknowledgedStatesAreStored();
            assertThat(versionHeld(document)).isGreaterThanOrEqualTo(changed.get());
            long next = Math.max(changed.get(), versionHeld(document)) + 1;
            changed.set(next);
            request(() -> clients.get(2).update(document.contract.id(), document.change(next)));
            await().atMost(TIMEOUT).until(() -> shown.get() >= next);
        }

        assertThat(ended).hasNullValue();
        assertFollowerPrints(follower, document, changed.get() + 1);
    }

    private Mono<?> put(NodeClient client) {
        Bytes content = Bytes.utf8("blob " + blobs.incrementAndGet());
        Contract blob = ImmutableBlob.contract(content);
        return client.put(blob, ImmutableBlob.state(content)).doOnNext(key -> acknowledged.add(key.id()));
    }

    private Mono<?> change(Document document, AtomicLong changed) {
        long next = changed.get() + 1;
        return clients.get(0)
                .update(document.contract.id(), document.change(next))
                .doOnNext(done -> changed.set(next));
    }

    /** Repeats the request until it fails, and emits the failure. */
    private static Mono<Throwable> repeatUntilFailure(Supplier<? extends Mono<?>> request) {
        return Mono.defer(request).repeat().then(Mono.<Throwable>empty()).onErrorResume(Mono::just);
    }

    /** Runs commands until one fails, and returns its exit code. */
    private int putUntilACommandFails() {
        while (true) {
            Bytes content = Bytes.utf8("blob " + blobs.incrementAndGet());
            JarNode.Result ending = putByCommand(content);
            if (ending.exitCode() != 0) {
                return ending.exitCode();
            }
            acknowledged.add(ImmutableBlob.contract(content).id());
            commandsDone.incrementAndGet();
        }
    }

    private JarNode.Result putByCommand(Bytes content) {
        try {
            Path file = Files.write(directory.resolve("content"), content.toArray());
            return node.execute("put", file.toString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertAcknowledgedStatesAreStored() {
        List<ContractInstanceId> missing = new ArrayList<>();
        for (ContractInstanceId id : acknowledged) {
            // Any client may read the state: all of them must reconnect.
            NodeClient client = clients.get(Math.floorMod(id.hashCode(), CLIENTS));
            Optional<ClientAnswer.GetAnswer> found =
                    client.get(id).retryWhen(untilConnected()).blockOptional(TIMEOUT);
            if (found.isEmpty()) {
                missing.add(id);
            }
        }
        assertThat(missing)
                .as("acknowledged but lost, of %d", acknowledged.size())
                .isEmpty();
    }

    private long versionHeld(Document document) {
        return SignedDocument.version(
                request(() -> clients.get(2).get(document.contract.id())).state());
    }

    /** Asserts that the subscribe command, which ran all the time, prints the last version too. */
    private void assertFollowerPrints(Process follower, Document document, long version) throws IOException {
        State last = document.state(version, 10_000);
        request(() -> clients.get(0).update(document.contract.id(), new StateChange.Full(last)));
        String expected = "state of " + document.contract.id() + ": " + last.size() + " bytes";
        String previous = "";
        String line = "";
        while (line != null && !line.startsWith(expected)) {
            previous = line;
            line = follower.inputReader().readLine();
        }
        assertThat(line).as("the command ended with: %s", previous).isNotNull();
        assertThat(follower.isAlive()).isTrue();
    }

    private static <T> T request(Supplier<Mono<T>> request) {
        return Mono.defer(request)
                .retryWhen(untilConnected())
                .blockOptional(TIMEOUT)
                .orElseThrow();
    }

    /** Retries, because a client may detect a broken connection only when it is used. */
    private static Retry untilConnected() {
        return Retry.fixedDelay(100, Duration.ofMillis(100))
                .filter(failure -> failure instanceof NodeClientException lost && lost.isRetryable());
    }

    /** A document of one writer. */
    private static final class Document {

        private final KeyPair keys;
        private final Contract contract;

        Document() throws GeneralSecurityException {
            keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            contract = SignedDocument.contract(keys.getPublic(), "note");
        }

        State state(long version, int size) {
            return SignedDocument.state(contract, keys.getPrivate(), version, Bytes.wrap(new byte[size]));
        }

        StateChange change(long version) {
            return new StateChange.Full(state(version, 10));
        }
    }
}
