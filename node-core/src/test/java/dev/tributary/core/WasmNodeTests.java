package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.ContractUsage;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.contract.wasm.ContractLog;
import dev.tributary.core.contract.wasm.WasmContractRuntime;
import dev.tributary.core.contract.wasm.WasmLimits;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** A node whose contracts are WebAssembly. */
class WasmNodeTests {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final WasmContractRuntime runtime =
            WasmContractRuntime.open(WasmLimits.DEFAULT, TimeSource.system(), new Random(1), ContractLog.toLogger());
    private final InMemoryNetwork network = InMemoryNetwork.create();
    private final KeyPair keys = keys();
    private final Node node = Objects.requireNonNull(Node.create()
            .transport(network.transport())
            .runtime(runtime)
            .start()
            .block(SOON));

    @AfterEach
    void stop() {
        node.stop().block(SOON);
        runtime.close();
    }

    @Test
    void aSignedDocumentIsPutAndItsNextVersionReplacesIt() {
        Contract document = SignedDocument.contract(keys.getPublic(), "note");
        State first = SignedDocument.state(document, keys.getPrivate(), 1, Bytes.utf8("first"));
        State second = SignedDocument.state(document, keys.getPrivate(), 2, Bytes.utf8("second"));
        StepVerifier.create(node.put(document, first)
                        .then(node.put(document, second))
                        .then(node.get(document.id())))
                .assertNext(found -> assertThat(found.state()).contains(second))
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void aForgedDocumentIsRefusedInTheContractsWords() {
        Contract document = SignedDocument.contract(keys.getPublic(), "note");
        KeyPair others = keys();
        State forged = SignedDocument.state(document, others.getPrivate(), 1, Bytes.utf8("forged"));
        StepVerifier.create(node.put(document, forged))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ContractRejectedException.class)
                        .hasMessageContaining("the signature is not the writer's"))
                .verify(SOON);
    }

    @Test
    void theStatusSaysWhatContractsTook() {
        Contract document = SignedDocument.contract(keys.getPublic(), "note");
        State forged = SignedDocument.state(document, keys().getPrivate(), 1, Bytes.utf8("forged"));
        State first = SignedDocument.state(document, keys.getPrivate(), 1, Bytes.utf8("first"));
        assertThat(node.status().contracts().finished()).isZero();

        StepVerifier.create(node.put(document, forged).onErrorComplete().then(node.put(document, first)))
                .expectNextCount(1)
                .expectComplete()
                .verify(SOON);

        ContractUsage usage = node.status().contracts();
        assertThat(usage.finished()).as("a no is an answer as well").isEqualTo(2);
        assertThat(usage.failed() + usage.queue().refused()).isZero();
        assertThat(usage.longest()).isPositive().isLessThanOrEqualTo(usage.time());
        assertThat(usage.runtimes().modules()).isOne();
        assertThat(usage.runtimes().codeBytes()).isPositive();
        assertThat(usage.runtimes().memoryBytes()).as("nothing runs").isZero();
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
