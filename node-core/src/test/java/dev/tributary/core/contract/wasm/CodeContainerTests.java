package dev.tributary.core.contract.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractCode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CodeContainerTests {

    private static final ContractCode CODE = Probe.PLAIN.code();

    @Test
    void rawCodeIsUnchanged() {
        assertThat(CodeContainer.unpack(CODE.bytes())).isEqualTo(CODE);
    }

    @Test
    void packagedCodeIsUnpacked() {
        Bytes file = CodeContainer.pack(CODE);
        assertThat(file.toHex()).startsWith("00".repeat(8) + CODE.hash().bytes().toHex() + "0061736d");
        assertThat(CodeContainer.unpack(file)).isEqualTo(CODE);
    }

    @Test
    void unknownVersionIsRefused() {
        byte[] file = CodeContainer.pack(CODE).toArray();
        file[7] = 3;
        assertRefused(file, "version 3; known is only 0");
    }

    @Test
    void wrongHashIsRefused() {
        byte[] file = CodeContainer.pack(CODE).toArray();
        file[8] ^= 1;
        assertRefused(file, "claims the code hash");
    }

    @Test
    void otherFilesAreRefused() {
        assertRefused(new byte[0], "0 bytes is neither");
        assertRefused("#!/bin/sh".getBytes(StandardCharsets.UTF_8), "neither WebAssembly nor packaged");
        assertRefused(new byte[100], "no \\0asm at byte 0 or 40");
    }

    @Test
    void runtimeSupportsOnlyRawCode() {
        try (WasmContractRuntime runtime = Probe.runtime(WasmLimits.defaults())) {
            assertThat(runtime.supports(CODE)).isTrue();
            assertThat(runtime.supports(ContractCode.of(CodeContainer.pack(CODE))))
                    .isFalse();
            assertThat(runtime.supports(ContractCode.of(Bytes.utf8("tributary/java/x"))))
                    .isFalse();
        }
    }

    private static void assertRefused(byte[] file, String reason) {
        assertThatThrownBy(() -> CodeContainer.unpack(Bytes.copyOf(file)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }
}
