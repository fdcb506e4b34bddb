package dev.tributary.core.contract;

import dev.tributary.core.contract.standard.ImmutableBlob;
import dev.tributary.core.contract.standard.SignedCounter;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.contract.standard.SignedLog;
import dev.tributary.core.contract.standard.SignedWebsite;
import dev.tributary.core.contract.wasm.ContractLog;
import dev.tributary.core.contract.wasm.WasmContractRuntime;
import dev.tributary.core.contract.wasm.WasmLimits;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/** Runs the test kit on all built-in contracts, in Java and in WebAssembly. */
class BuiltInContractTests {

    private static final WasmContractRuntime WASM =
            WasmContractRuntime.open(WasmLimits.defaults(), TimeSource.system(), new Random(1), ContractLog.toLogger());
    private static final JavaContractRuntime JAVA = JavaContractRuntime.standard();
    private static final KeyPair KEYS = keys();
    private static final State EMPTY = State.of(new byte[0]);

    @AfterAll
    static void close() {
        WASM.close();
    }

    @Nested
    class LastWriterWinsInJava extends ContractUnderTest {
        LastWriterWinsInJava() {
            super(
                    JAVA,
                    LastWriterWins.named("register"),
                    List.of(
                            LastWriterWins.state(0, new byte[0]),
                            LastWriterWins.state(1, new byte[] {1}),
                            LastWriterWins.state(1, new byte[] {2})),
                    State.of(new byte[3]));
        }
    }

    @Nested
    class GrowOnlySetInJava extends ContractUnderTest {
        GrowOnlySetInJava() {
            super(
                    JAVA,
                    GrowOnlySet.named("set"),
                    List.of(
                            GrowOnlySet.state(List.of()),
                            GrowOnlySet.state(List.of(Bytes.utf8("a"), Bytes.utf8("b"))),
                            GrowOnlySet.state(List.of(Bytes.utf8("b"), Bytes.utf8("c")))),
                    State.utf8("no set"));
        }
    }

    @Nested
    class BlobInWebAssembly extends ContractUnderTest {
        BlobInWebAssembly() {
            super(
                    WASM,
                    ImmutableBlob.contract(Bytes.utf8("content")),
                    List.of(EMPTY, State.utf8("content")),
                    State.utf8("other"));
        }
    }

    @Nested
    class DocumentInWebAssembly extends ContractUnderTest {
        private static final Contract DOCUMENT = SignedDocument.contract(KEYS.getPublic(), "note");

        DocumentInWebAssembly() {
            super(
                    WASM,
                    DOCUMENT,
                    List.of(EMPTY, version(1, "one"), version(2, "two"), version(2, "two, but longer")),
                    State.of(new byte[80]));
        }

        private static State version(long version, String text) {
            return SignedDocument.state(DOCUMENT, KEYS.getPrivate(), version, Bytes.utf8(text));
        }
    }

    @Nested
    class WebsiteInWebAssembly extends ContractUnderTest {
        private static final Contract WEBSITE = SignedWebsite.contract(KEYS.getPublic(), "home");

        WebsiteInWebAssembly() {
            super(
                    WASM,
                    WEBSITE,
                    List.of(EMPTY, version(1, "one"), version(2, "two"), version(2, "two, but longer")),
                    State.of(new byte[90]));
        }

        private static State version(long version, String archive) {
            return SignedWebsite.state(WEBSITE, KEYS.getPrivate(), version, Bytes.utf8(archive));
        }
    }

    @Nested
    class LogInWebAssembly extends ContractUnderTest {
        private static final Contract LOG = SignedLog.contract(KEYS.getPublic(), "log", 3, 100);

        LogInWebAssembly() {
            super(WASM, LOG, List.of(EMPTY, entries(1, 2), entries(2, 4), entries(5)), State.utf8("no log"));
        }

        private static State entries(long... numbers) {
            TreeMap<Long, Bytes> entries = new TreeMap<>();
            for (long number : numbers) {
                entries.put(number, Bytes.utf8("entry " + number));
            }
            return SignedLog.state(LOG, KEYS.getPrivate(), entries);
        }
    }

    @Nested
    class CounterInWebAssembly extends ContractUnderTest {
        private static final Contract COUNTER =
                SignedCounter.contract(List.of(KEYS.getPublic(), KEYS.getPublic()), "visits");

        CounterInWebAssembly() {
            super(WASM, COUNTER, List.of(EMPTY, slot(0, 3), slot(1, 300), slot(0, 4)), State.of(new byte[74]));
        }

        private static State slot(int index, long count) {
            return SignedCounter.slot(COUNTER, KEYS.getPrivate(), index, count);
        }
    }

    /** A contract with its sample states. */
    abstract static class ContractUnderTest implements ContractTests {

        private final ContractRuntime runtime;
        private final Contract contract;
        private final List<State> states;
        private final State invalid;

        ContractUnderTest(ContractRuntime runtime, Contract contract, List<State> states, State invalid) {
            this.runtime = runtime;
            this.contract = contract;
            this.states = states;
            this.invalid = invalid;
        }

        @Override
        public ContractRuntime runtime() {
            return runtime;
        }

        @Override
        public Contract contract() {
            return contract;
        }

        @Override
        public List<State> states() {
            return states;
        }

        @Override
        public State invalid() {
            return invalid;
        }
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
