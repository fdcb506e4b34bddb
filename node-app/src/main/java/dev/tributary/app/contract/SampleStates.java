package dev.tributary.app.contract;

import dev.tributary.core.contract.standard.ImmutableBlob;
import dev.tributary.core.contract.standard.SignedCounter;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.contract.standard.SignedLog;
import dev.tributary.core.contract.standard.SignedWebsite;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A standard contract with distinct valid states for the conformance check. The same seed gives the same states and
 * keys; the keys are for samples only.
 */
record SampleStates(Contract contract, List<State> states) {

    private static final String NAME = "sample";

    SampleStates {
        states = List.copyOf(states);
    }

    static SampleStates of(StandardContract standard, long seed) {
        return switch (standard) {
            case DOCUMENT -> documents(keys(seed));
            case LOG -> logs(keys(seed));
            case COUNTER -> counters(keys(seed), keys(~seed));
            case BLOB -> blobs(seed);
            case WEBSITE -> websites(keys(seed));
        };
    }

    private static SampleStates documents(KeyPair writer) {
        Contract contract = SignedDocument.contract(writer.getPublic(), NAME);
        return new SampleStates(
                contract,
                List.of(
                        SignedDocument.empty(),
                        SignedDocument.state(contract, writer.getPrivate(), 1, Bytes.utf8("first")),
                        SignedDocument.state(contract, writer.getPrivate(), 2, Bytes.utf8("one of two")),
                        SignedDocument.state(contract, writer.getPrivate(), 2, Bytes.utf8("the other of two"))));
    }

    private static SampleStates websites(KeyPair writer) {
        Contract contract = SignedWebsite.contract(writer.getPublic(), NAME);
        return new SampleStates(
                contract,
                List.of(
                        SignedWebsite.empty(),
                        SignedWebsite.state(contract, writer.getPrivate(), 1, Bytes.utf8("first")),
                        SignedWebsite.state(contract, writer.getPrivate(), 2, Bytes.utf8("one of two")),
                        SignedWebsite.state(contract, writer.getPrivate(), 2, Bytes.utf8("the other of two"))));
    }

    private static SampleStates logs(KeyPair writer) {
        Contract contract = SignedLog.contract(writer.getPublic(), NAME, 3, 100);
        return new SampleStates(
                contract,
                List.of(
                        log(contract, writer, Map.of()),
                        log(contract, writer, Map.of(1L, "one")),
                        log(contract, writer, Map.of(1L, "one", 2L, "two", 3L, "three")),
                        log(contract, writer, Map.of(2L, "two again", 5L, "five"))));
    }

    private static State log(Contract contract, KeyPair writer, Map<Long, String> entries) {
        TreeMap<Long, Bytes> sorted = new TreeMap<>();
        entries.forEach((number, text) -> sorted.put(number, Bytes.utf8(text)));
        return SignedLog.state(contract, writer.getPrivate(), sorted);
    }

    private static SampleStates counters(KeyPair first, KeyPair second) {
        Contract contract = SignedCounter.contract(List.of(first.getPublic(), second.getPublic()), NAME);
        return new SampleStates(
                contract,
                List.of(
                        State.of(new byte[0]),
                        SignedCounter.slot(contract, first.getPrivate(), 0, 1),
                        SignedCounter.slot(contract, first.getPrivate(), 0, 7),
                        SignedCounter.slot(contract, second.getPrivate(), 1, 3)));
    }

    private static SampleStates blobs(long seed) {
        Bytes content = Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(seed).array());
        return new SampleStates(
                ImmutableBlob.contract(content), List.of(State.of(new byte[0]), ImmutableBlob.state(content)));
    }

    private static KeyPair keys(long seed) {
        try {
            // The only generator of the JDK that gives the same bytes for the same seed.
            SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed(seed);
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(255, random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has Ed25519 and SHA1PRNG", missing);
        }
    }
}
