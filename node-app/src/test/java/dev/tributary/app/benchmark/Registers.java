package dev.tributary.app.benchmark;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** WebAssembly contracts that do next to nothing: the content with the highest version wins. */
final class Registers {

    private static final String RESOURCE = "/wasm/register.wasm";

    private final ContractCode code;
    private int created;

    Registers() throws IOException {
        try (InputStream resource = Registers.class.getResourceAsStream(RESOURCE)) {
            code = ContractCode.of(
                    Bytes.wrap(Objects.requireNonNull(resource, RESOURCE).readAllBytes()));
        }
    }

    /** A register that no node holds yet. */
    Contract next() {
        return Contract.of(code, new Parameters(Bytes.utf8("register " + created++)));
    }

    /** A state of this size in bytes. */
    static State state(long version, int size) {
        return State.of(ByteBuffer.allocate(size).putLong(version).array());
    }

    static long version(State state) {
        return ByteBuffer.wrap(state.bytes().toArray()).getLong();
    }
}
