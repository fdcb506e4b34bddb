package dev.tributary.transport.client.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.transport.client.TestServer;
import dev.tributary.transport.client.message.ClientAnswer.GetAnswer;
import dev.tributary.transport.client.message.NodeQuery;
import dev.tributary.transport.client.message.QueryAnswer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** The client with the client API of a real node. */
@Timeout(180)
class NodeClientEndToEndIntegrationTests {

    private static final Contract REGISTER = LastWriterWins.named("register");

    @TempDir
    private Path directory;

    private TestServer server;
    private NodeClient client;

    @BeforeEach
    void open() {
        server = TestServer.open(directory);
        client = NodeClient.open(NodeClientConfig.of(URI.create("ws://127.0.0.1:" + server.port()))
                .withDeadline(TestServer.TIMEOUT));
    }

    @AfterEach
    void close() {
        client.close().block(TestServer.TIMEOUT);
        server.close();
    }

    @Test
    void contractIsPutFetchedUpdatedAndSubscribedTo() {
        StepVerifier.create(client.put(REGISTER, version(1)))
                .expectNext(REGISTER.key())
                .verifyComplete();
        StepVerifier.create(client.get(REGISTER.id()).map(GetAnswer::state))
                .expectNext(version(1))
                .verifyComplete();
        StepVerifier.create(client.getWithContract(REGISTER.id())
                        .map(found -> found.contract().orElseThrow().unpack()))
                .expectNext(REGISTER)
                .verifyComplete();
        StepVerifier.create(client.subscribe(REGISTER.id()).map(RemoteUpdate::state))
                .expectNext(version(1))
                .then(() -> change(2))
                .expectNext(version(2))
                .then(() -> change(3))
                .expectNext(version(3))
                .thenCancel()
                .verify(TestServer.TIMEOUT);
    }

    @Test
    void contractCanBeSubscribedToBeforeItIsPut() {
        StepVerifier.create(client.subscribe(REGISTER.id()).map(RemoteUpdate::state))
                .then(() -> await().atMost(TestServer.TIMEOUT)
                        .until(() -> server.server().status().subscriptions() == 1))
                .then(() -> client.put(REGISTER, version(1)).block(TestServer.TIMEOUT))
                .expectNext(version(1))
                .then(() -> change(2))
                .expectNext(version(2))
                .thenCancel()
                .verify(TestServer.TIMEOUT);
    }

    @Test
    void largeStateIsTransferredUnchanged() {
        byte[] noise = new byte[2 << 20];
        new Random(3).nextBytes(noise);
        State large = LastWriterWins.state(1, noise);
        StepVerifier.create(client.put(REGISTER, large)).expectNextCount(1).verifyComplete();
        StepVerifier.create(client.get(REGISTER.id()).map(GetAnswer::state))
                .expectNext(large)
                .verifyComplete();
    }

    @Test
    void concurrentRequestsReceiveTheirOwnAnswers() {
        Flux<Integer> puts = Flux.range(0, 200)
                .flatMap(
                        number -> client.put(register(number), version(number))
                                .then(client.get(register(number).id()))
                                .filter(found -> found.state().equals(version(number)))
                                .map(found -> number),
                        64);
        StepVerifier.create(puts).expectNextCount(200).verifyComplete();
    }

    @Test
    void rejectionByTheContractHasItsReason() {
        StepVerifier.create(client.put(REGISTER, State.of(new byte[3])))
                .verifyErrorSatisfies(refused -> assertThat(refused)
                        .isInstanceOf(ContractRejectedException.class)
                        .hasMessageStartingWith("contract " + REGISTER.key() + " rejected the state: ")
                        .hasMessageMatching("(?s)(?!.*rejected the state.*rejected the state).*"));
    }

    @Test
    void missingContractIsEmptyAndCannotBeUpdated() {
        StepVerifier.create(client.get(REGISTER.id())).verifyComplete();
        StepVerifier.create(client.update(REGISTER.id(), new StateChange.Full(version(1))))
                .verifyErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                ContractNotFoundException.class,
                                missing -> assertThat(missing.id()).isEqualTo(REGISTER.id())));
    }

    @Test
    void nodeAnswersQueriesAboutItself() {
        StepVerifier.create(client.query(new NodeQuery.ConnectedPeers(), QueryAnswer.ConnectedPeers.class))
                .assertNext(answer -> assertThat(answer.peers()).isEmpty())
                .verifyComplete();
        StepVerifier.create(client.fetchPage("/status"))
                .assertNext(page ->
                        assertThat(page).contains(server.node().status().self().toString()))
                .verifyComplete();
    }

    @Test
    void blockingSubscriberReceivesTheLatestState() throws InterruptedException {
        client.put(REGISTER, version(0)).block(TestServer.TIMEOUT);
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Flux<RemoteUpdate> slow = client.subscribe(REGISTER.id()).doOnNext(update -> {
            reached.countDown();
            awaitUninterrupted(released);
        });
        StepVerifier verifier = StepVerifier.create(
                        slow.takeUntil(update -> update.state().equals(version(50))))
                .thenConsumeWhile(update -> true)
                .expectComplete()
                .verifyLater();
        assertThat(reached.await(TestServer.TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        for (int i = 1; i <= 50; i++) {
            change(i);
        }
        released.countDown();
        verifier.verify(Duration.ofMinutes(2));
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void change(long version) {
        client.update(REGISTER.id(), new StateChange.Full(version(version))).block(TestServer.TIMEOUT);
    }

    private static Contract register(int number) {
        return LastWriterWins.named("register " + number);
    }

    private static State version(long version) {
        return LastWriterWins.state(version, ("version " + version).getBytes(StandardCharsets.UTF_8));
    }
}
