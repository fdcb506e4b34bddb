package dev.tributary.app.storage;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.contract.standard.SignedLog;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A contract whose state becomes another one while nodes are away.
 *
 * @param before the state before, of another size than the one after
 * @param change a state that makes the one after of the one before, such as the new messages
 */
record Room(Contract contract, State before, State change, State after) {

    private static final int OLD = 200;
    private static final int NEW = 256;

    /** 200 signed messages, and 56 more; the contract is a log in WebAssembly that verifies each signature. */
    static Room signed() {
        try {
            KeyPair writer = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            Contract log = SignedLog.contract(writer.getPublic(), "room", NEW, 1_000);
            return new Room(
                    log, messages(log, writer, 0, OLD), messages(log, writer, OLD, NEW), messages(log, writer, 0, NEW));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A register with this much content, which is replaced by another one. */
    static Room large(int bytes) {
        State after = LastWriterWins.state(2, new byte[bytes]);
        return new Room(LastWriterWins.named("large"), LastWriterWins.state(1, new byte[bytes - 1_000]), after, after);
    }

    /** A contract of another project: its code, parameters and both states are files of this directory. */
    static Room in(Path directory) throws IOException {
        Contract contract = Contract.of(
                ContractCode.of(read(directory, "contract.wasm")), new Parameters(read(directory, "parameters")));
        State after = new State(read(directory, "after"));
        return new Room(contract, new State(read(directory, "before")), after, after);
    }

    private static Bytes read(Path directory, String file) throws IOException {
        return Bytes.wrap(Files.readAllBytes(directory.resolve(file)));
    }

    private static State messages(Contract log, KeyPair writer, int from, int to) {
        SortedMap<Long, Bytes> entries = new TreeMap<>();
        for (long number = from; number < to; number++) {
            entries.put(number, Bytes.utf8("message " + (1_000 + number) + " " + ".".repeat(80)));
        }
        return SignedLog.state(log, writer.getPrivate(), entries);
    }
}
