package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.ContractUsage;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** A node that runs WebAssembly contracts. */
class WasmNodeTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final InMemoryNetwork network = InMemoryNetwork.create();
    private final KeyPair keys = keys();
    private final Node node = Objects.requireNonNull(
            Node.builder().transport(network.transport()).wasm().start().block(TIMEOUT));

    @AfterEach
    void stop() {
        node.stop().block(TIMEOUT);
    }

    @Test
    void signedDocumentIsPutAndReplacedByItsNextVersion() {
        Contract document = SignedDocument.contract(keys.getPublic(), "note");
        State first = SignedDocument.state(document, keys.getPrivate(), 1, Bytes.utf8("first"));
        State second = SignedDocument.state(document, keys.getPrivate(), 2, Bytes.utf8("second"));
        StepVerifier.create(node.put(document, first)
                        .then(node.put(document, second))
                        .then(node.get(document.id())))
                .assertNext(found -> assertThat(found.state()).contains(second))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void statusShowsTimeAndMemoryOfContractCalls() {
        Contract document = SignedDocument.contract(keys.getPublic(), "note");
        State first = SignedDocument.state(document, keys.getPrivate(), 1, Bytes.utf8("first"));
        assertThat(node.status().contracts().calls().finished()).isZero();

        StepVerifier.create(node.put(document, first))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
        // The result is emitted before the call counts as finished.
        await().atMost(TIMEOUT).until(() -> node.status().contracts().calls().finished() == 1);
        ContractUsage usage = node.status().contracts().calls();
        assertThat(usage.time()).isPositive();
        assertThat(usage.runtimes().codeBytes()).isPositive();
    }

    @Test
    void runtimeOpenedByTheNodeIsClosedWithIt() {
        Set<Thread> before = runtimeThreads();
        Node another = Objects.requireNonNull(
                Node.builder().transport(network.transport()).wasm().start().block(TIMEOUT));
        Contract document = SignedDocument.contract(keys.getPublic(), "note");
        State first = SignedDocument.state(document, keys.getPrivate(), 1, Bytes.utf8("first"));
        StepVerifier.create(another.put(document, first))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
        Set<Thread> ownThreads = runtimeThreads();
        ownThreads.removeAll(before);
        assertThat(ownThreads).isNotEmpty();

        another.stop().block(TIMEOUT);
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(ownThreads).noneMatch(Thread::isAlive));
    }

    @Test
    void webAssemblyIsUnsupportedWithoutARuntime() {
        Node plain = Objects.requireNonNull(
                Node.builder().transport(network.transport()).start().block(TIMEOUT));
        Contract document = SignedDocument.contract(keys.getPublic(), "note");
        State first = SignedDocument.state(document, keys.getPrivate(), 1, Bytes.utf8("first"));
        StepVerifier.create(plain.put(document, first))
                .expectError(ContractUnsupportedException.class)
                .verify(TIMEOUT);
        plain.stop().block(TIMEOUT);
    }

    @Test
    void forgedDocumentIsRejectedWithTheContractsReason() {
        Contract document = SignedDocument.contract(keys.getPublic(), "note");
        KeyPair otherKeys = keys();
        State forged = SignedDocument.state(document, otherKeys.getPrivate(), 1, Bytes.utf8("forged"));
        StepVerifier.create(node.put(document, forged))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ContractRejectedException.class)
                        .hasMessageContaining("the signature is not the writer's"))
                .verify(TIMEOUT);
    }

    private static Set<Thread> runtimeThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("tributary-contract"))
                .collect(Collectors.toCollection(HashSet::new));
    }

    @Test
    void statusCountsRejectedAndAcceptedCalls() {
        Contract document = SignedDocument.contract(keys.getPublic(), "note");
        State forged = SignedDocument.state(document, keys().getPrivate(), 1, Bytes.utf8("forged"));
        State first = SignedDocument.state(document, keys.getPrivate(), 1, Bytes.utf8("first"));
        assertThat(node.status().contracts().calls().finished()).isZero();

        StepVerifier.create(node.put(document, forged).onErrorComplete().then(node.put(document, first)))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);

        ContractUsage usage = node.status().contracts().calls();
        assertThat(usage.finished()).as("a rejection counts as finished").isEqualTo(2);
        assertThat(usage.failed() + usage.queue().refused()).isZero();
        assertThat(usage.longest()).isPositive().isLessThanOrEqualTo(usage.time());
        assertThat(usage.runtimes().modules()).isOne();
        assertThat(usage.runtimes().codeBytes()).isPositive();
        assertThat(usage.runtimes().memoryBytes()).as("no call is running").isZero();
        assertThat(usage.runtimes().memoryPeakBytes()).isBetween(64L << 10, 256L << 20);
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException(absent);
        }
    }
}
