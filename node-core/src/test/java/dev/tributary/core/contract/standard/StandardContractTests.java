package dev.tributary.core.contract.standard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.contract.Verdict;
import dev.tributary.core.contract.conformance.ConformanceCheck;
import dev.tributary.core.contract.conformance.ConformanceReport;
import dev.tributary.core.contract.wasm.ContractLog;
import dev.tributary.core.contract.wasm.WasmContractRuntime;
import dev.tributary.core.contract.wasm.WasmLimits;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.TimeSource;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandardContractTests {

    private static final WasmContractRuntime RUNTIME =
            WasmContractRuntime.open(WasmLimits.defaults(), TimeSource.system(), new Random(1), ContractLog.toLogger());
    private static final KeyPair ALICE = keys();
    private static final KeyPair BOB = keys();
    private static final State EMPTY = State.of(new byte[0]);

    @AfterAll
    static void close() {
        RUNTIME.close();
    }

    @Test
    void codeHashesAreThePublishedOnes() {
        assertThat(hashes())
                .isEqualTo(Map.of(
                        "blob", "jZZVKZDcaCBPJ1J14mXjAozkdkPrmspVYwNVtHJmsUn",
                        "document", "3AUSiycVtDG8YrubfKavdsxgDrZV1HR77J2isgQCuQEG",
                        "log", "FT5LwkVg2ADBnJEDdMyjBjxLoXyoxZ3hqj7oasaCRgHK",
                        "counter", "Eo7frq9ewkz25r61bCrV1MQ387tLpYoQWkDweT9Lt6aC",
                        "website", "Hf4D2XAjy8CpS1MtzH41hYCk2hHbQAt8HBEgm1poWh8E"));
    }

    @Test
    void contractsAreSmall() {
        for (ContractCode code : List.of(
                ImmutableBlob.code(),
                SignedDocument.code(),
                SignedLog.code(),
                SignedCounter.code(),
                SignedWebsite.code())) {
            assertThat(code.bytes().size()).isLessThan(32 << 10);
        }
    }

    @Test
    void blobAcceptsOnlyItsContent() {
        Bytes content = Bytes.utf8("for ever");
        Contract blob = ImmutableBlob.contract(content);
        assertValid(blob, ImmutableBlob.state(content));
        assertValid(blob, EMPTY);
        assertThat(RUNTIME.validate(blob, State.utf8("other"))).isInstanceOf(Verdict.Invalid.class);
        assertRejected(blob, EMPTY, State.utf8("other"), "another SHA-256");
        assertConforms(blob, List.of(EMPTY, ImmutableBlob.state(content)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000})
    void blobOfAnyLengthIsValid(int size) {
        Bytes content = Bytes.wrap(noise(size));
        assertValid(ImmutableBlob.contract(content), ImmutableBlob.state(content));
    }

    @Test
    void highestVersionOfADocumentWins() {
        Contract document = SignedDocument.contract(ALICE.getPublic(), "note");
        State first = document(document, 1, "first");
        State second = document(document, 2, "second");
        assertThat(RUNTIME.merge(document, first, new StateChange.Full(second))).isEqualTo(second);
        assertThat(RUNTIME.merge(document, second, new StateChange.Full(first))).isSameAs(second);
        assertThat(SignedDocument.content(second)).isEqualTo(Bytes.utf8("second"));
        assertThat(SignedDocument.version(second)).isEqualTo(2);
    }

    @Test
    void documentConforms() {
        Contract document = SignedDocument.contract(ALICE.getPublic(), "note");
        assertConforms(
                document,
                List.of(
                        SignedDocument.empty(),
                        document(document, 1, "first"),
                        document(document, 2, "one of two"),
                        document(document, 2, "two of two")));
    }

    @Test
    void documentOfAnotherWriterIsRejected() {
        Contract document = SignedDocument.contract(ALICE.getPublic(), "note");
        State forged = SignedDocument.state(document, BOB.getPrivate(), 9, Bytes.utf8("forged"));
        assertRejected(document, document(document, 1, "first"), forged, "the signature is not the writer's");
        assertThatThrownBy(() -> RUNTIME.validate(document, forged)).isInstanceOf(ContractRejectedException.class);
    }

    @Test
    void documentIsInvalidUnderAnotherName() {
        State state = document(SignedDocument.contract(ALICE.getPublic(), "note"), 1, "first");
        Contract other = SignedDocument.contract(ALICE.getPublic(), "other");
        assertThatThrownBy(() -> RUNTIME.validate(other, state)).hasMessageContaining("signature");
    }

    @Test
    void changedByteOfADocumentIsDetected() {
        Contract document = SignedDocument.contract(ALICE.getPublic(), "note");
        byte[] state = document(document, 1, "text").bytes().toArray();
        for (int i = 0; i < state.length; i += 3) {
            byte[] changed = state.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> RUNTIME.validate(document, State.of(changed)))
                    .as("byte " + i)
                    .isInstanceOf(ContractRejectedException.class);
        }
    }

    @Test
    void signaturesOfManyKeysAndLengthsAreValid() {
        for (int i = 0; i < 16; i++) {
            KeyPair keys = keys();
            Contract document = SignedDocument.contract(keys.getPublic(), "n" + i);
            State state = SignedDocument.state(document, keys.getPrivate(), 1 + i, Bytes.wrap(noise(19 * i)));
            assertValid(document, state);
        }
    }

    @Test
    void counterReportsTheCountOfEachWriter() {
        Contract counter = SignedCounter.contract(List.of(ALICE.getPublic(), BOB.getPublic()), "votes");
        State ofAlice = SignedCounter.slot(counter, ALICE.getPrivate(), 0, 7);
        State ofBob = SignedCounter.slot(counter, BOB.getPrivate(), 1, 3);
        State both = RUNTIME.merge(counter, ofAlice, new StateChange.Full(ofBob));
        assertThat(SignedCounter.count(both, 0)).isEqualTo(7);
        assertThat(SignedCounter.count(both, 1)).isEqualTo(3);
        assertThat(SignedCounter.count(ofAlice, 1)).isZero();
        assertThat(SignedCounter.count(EMPTY, 0)).isZero();
    }

    @Test
    void logKeepsItsNewestEntries() {
        Contract log = SignedLog.contract(ALICE.getPublic(), "log", 3, 100);
        State held = log(log, Map.of(1L, "one", 2L, "two", 3L, "three"));
        State merged = RUNTIME.merge(log, held, new StateChange.Full(log(log, Map.of(5L, "five"))));
        assertThat(SignedLog.entries(merged).keySet()).containsExactly(2L, 3L, 5L);
        assertValid(log, merged);
    }

    @Test
    void logConforms() {
        Contract log = SignedLog.contract(ALICE.getPublic(), "log", 3, 100);
        assertConforms(
                log,
                List.of(
                        EMPTY,
                        log(log, Map.of(1L, "one", 2L, "two")),
                        log(log, Map.of(2L, "another two", 3L, "", 9L, "nine"))));
    }

    @Test
    void logRejectsEntriesBeyondItsLimits() {
        Contract log = SignedLog.contract(ALICE.getPublic(), "log", 2, 4);
        assertRejected(log, EMPTY, log(log, Map.of(1L, "too long")), "within the limits");
        assertRejected(log, EMPTY, log(log, Map.of(1L, "a", 2L, "b", 3L, "c")), "within the limits");
        assertRejected(log, EMPTY, State.utf8("short"), "within the limits");
        SortedMap<Long, Bytes> forged = new TreeMap<>(Map.of(1L, Bytes.utf8("x")));
        assertRejected(log, EMPTY, SignedLog.state(log, BOB.getPrivate(), forged), "signature is not");
    }

    @Test
    void counterValueIsTheSumOfItsSlots() {
        Contract counter = SignedCounter.contract(List.of(ALICE.getPublic(), BOB.getPublic()), "visits");
        State alice = SignedCounter.slot(counter, ALICE.getPrivate(), 0, 5);
        State bob = SignedCounter.slot(counter, BOB.getPrivate(), 1, 7);
        State both = RUNTIME.merge(counter, alice, new StateChange.Full(bob));
        assertThat(SignedCounter.value(both)).isEqualTo(12);
        assertValid(counter, both);
        State later = SignedCounter.slot(counter, ALICE.getPrivate(), 0, 6);
        assertThat(SignedCounter.value(RUNTIME.merge(counter, both, new StateChange.Full(later))))
                .isEqualTo(13);
        assertConforms(counter, List.of(alice, bob, later));
    }

    @Test
    void counterRejectsTheSlotOfAnotherWriter() {
        Contract counter = SignedCounter.contract(List.of(ALICE.getPublic(), BOB.getPublic()), "visits");
        assertRejected(counter, EMPTY, SignedCounter.slot(counter, ALICE.getPrivate(), 1, 5), "signature");
        assertRejected(counter, EMPTY, SignedCounter.slot(counter, ALICE.getPrivate(), 2, 5), "ascending slots");
    }

    @Test
    void highestVersionOfAWebsiteWins() {
        Contract website = SignedWebsite.contract(ALICE.getPublic(), "home");
        State first = website(website, 1, "first");
        State last = website(website, 0xffff_ffffL, "last");
        assertThat(RUNTIME.merge(website, first, new StateChange.Full(last))).isEqualTo(last);
        assertThat(RUNTIME.merge(website, last, new StateChange.Full(first))).isSameAs(last);
        assertThat(SignedWebsite.archive(last)).isEqualTo(Bytes.utf8("last"));
        assertThat(SignedWebsite.version(last)).isEqualTo(0xffff_ffffL);
        assertThat(SignedWebsite.version(SignedWebsite.empty())).isZero();
        assertThat(SignedWebsite.archive(SignedWebsite.empty())).isEqualTo(Bytes.empty());
        assertValid(website, SignedWebsite.empty());
    }

    @Test
    void websiteHasTheLayoutThatNodesServe() {
        Contract website = SignedWebsite.contract(ALICE.getPublic(), "home");
        ByteBuffer state = website(website, 7, "archive").bytes().toBuffer();
        assertThat(state.getLong()).as("size of the metadata").isEqualTo(68);
        assertThat(state.getInt()).as("version").isEqualTo(7);
        state.position(8 + 68);
        assertThat(state.getLong()).as("size of the archive").isEqualTo(7);
        assertThat(state.remaining()).isEqualTo(7);
    }

    @Test
    void websiteConforms() {
        Contract website = SignedWebsite.contract(ALICE.getPublic(), "home");
        assertConforms(
                website,
                List.of(
                        SignedWebsite.empty(),
                        website(website, 1, "first"),
                        website(website, 2, "one of two"),
                        website(website, 2, "two of two")));
    }

    @Test
    void websiteOfAnotherWriterOrNameIsRejected() {
        Contract website = SignedWebsite.contract(ALICE.getPublic(), "home");
        State forged = SignedWebsite.state(website, BOB.getPrivate(), 9, Bytes.utf8("forged"));
        assertRejected(website, website(website, 1, "first"), forged, "the signature is not the writer's");
        State otherName = website(SignedWebsite.contract(ALICE.getPublic(), "other"), 9, "elsewhere");
        assertRejected(website, website(website, 1, "first"), otherName, "the signature is not the writer's");
        assertThatThrownBy(() -> RUNTIME.validate(website, forged)).isInstanceOf(ContractRejectedException.class);
    }

    @Test
    void changedAddedOrMissingByteOfAWebsiteIsDetected() {
        Contract website = SignedWebsite.contract(ALICE.getPublic(), "home");
        byte[] state = website(website, 1, "text").bytes().toArray();
        for (int i = 0; i < state.length; i++) {
            byte[] changed = state.clone();
            changed[i] ^= 1;
            assertInvalid(website, State.of(changed), "byte " + i);
        }
        for (int size = 1; size < state.length; size++) {
            assertInvalid(website, State.of(Arrays.copyOf(state, size)), size + " bytes");
        }
        assertInvalid(website, State.of(Arrays.copyOf(state, state.length + 1)), "one byte more");
    }

    @Test
    void versionOfAWebsiteIsChecked() {
        Contract website = SignedWebsite.contract(ALICE.getPublic(), "home");
        assertThatThrownBy(() -> website(website, 0, "none")).hasMessageContaining("1 to 4294967295");
        assertThatThrownBy(() -> website(website, 1L << 32, "none")).hasMessageContaining("not 4294967296");
    }

    private static void assertInvalid(Contract contract, State state, String what) {
        assertThatThrownBy(() -> RUNTIME.validate(contract, state))
                .as(what)
                .isInstanceOf(ContractRejectedException.class);
    }

    private static State website(Contract website, long version, String archive) {
        return SignedWebsite.state(website, ALICE.getPrivate(), version, Bytes.utf8(archive));
    }

    private static State document(Contract document, long version, String content) {
        return SignedDocument.state(document, ALICE.getPrivate(), version, Bytes.utf8(content));
    }

    private static State log(Contract log, Map<Long, String> entries) {
        SortedMap<Long, Bytes> sorted = new TreeMap<>();
        entries.forEach((number, text) -> sorted.put(number, Bytes.utf8(text)));
        return SignedLog.state(log, ALICE.getPrivate(), sorted);
    }

    private static void assertValid(Contract contract, State state) {
        assertThat(RUNTIME.validate(contract, state)).isEqualTo(Verdict.valid());
    }

    private static void assertRejected(Contract contract, State held, State incoming, String reason) {
        assertThatThrownBy(() -> RUNTIME.merge(contract, held, new StateChange.Full(incoming)))
                .isInstanceOf(ContractRejectedException.class)
                .hasMessageContaining(reason);
    }

    private static void assertConforms(Contract contract, List<State> states) {
        ConformanceReport report = ConformanceCheck.check(RUNTIME, contract, states);
        assertThat(report.violations()).isEmpty();
        assertThat(report.checks()).isGreaterThan(10);
    }

    private static Map<String, String> hashes() {
        return Map.of(
                "blob", ImmutableBlob.code().hash().toString(),
                "document", SignedDocument.code().hash().toString(),
                "log", SignedLog.code().hash().toString(),
                "counter", SignedCounter.code().hash().toString(),
                "website", SignedWebsite.code().hash().toString());
    }

    private static byte[] noise(int size) {
        byte[] noise = new byte[size];
        new Random(size).nextBytes(noise);
        return noise;
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
