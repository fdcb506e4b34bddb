package dev.tributary.core.contract.standard;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Reads the code of the standard contracts from the jar. */
final class StandardCode {

    private StandardCode() {}

    static ContractCode of(String name) {
        try (InputStream resource = StandardCode.class.getResourceAsStream(name + ".wasm")) {
            if (resource == null) {
                throw new IllegalStateException("the standard contract '" + name + "' is missing from the jar");
            }
            return ContractCode.of(Bytes.wrap(resource.readAllBytes()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
