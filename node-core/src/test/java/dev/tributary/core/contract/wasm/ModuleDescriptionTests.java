package dev.tributary.core.contract.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.contract.wasm.ModuleDescription.Export;
import dev.tributary.core.contract.wasm.ModuleDescription.Import;
import dev.tributary.core.contract.wasm.ModuleDescription.Memory;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractCode;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ModuleDescriptionTests {

    @Test
    void exportsAreListedWithTheirTypes() {
        ModuleDescription document = ModuleDescription.of(SignedDocument.code());
        assertThat(document.exports())
                .contains(new Export("memory", "memory"), new Export("validate_state", "(i64, i64, i64) -> i64"));
        assertThat(document.functions()).isPositive();
        assertThat(document.memories()).hasSize(1);
    }

    @Test
    void offeredAndUnknownImportsAreDistinguished() {
        ModuleDescription module = describe(GuestText.wellBehaved()
                .withImports("(import \"freenet_log\" \"__frnt__logger__info\" (func (param i64 i64 i32)))"
                        + "(import \"freenet_rand\" \"__frnt__rand__rand_bytes\" (func (param i32)))"
                        + "(import \"env\" \"table\" (table 1 funcref))"));
        assertThat(module.imports())
                .containsExactly(
                        new Import("freenet_log", "__frnt__logger__info", "(i64, i64, i32)", true),
                        new Import("freenet_rand", "__frnt__rand__rand_bytes", "(i32)", false),
                        new Import("env", "table", "table", false));
    }

    @Test
    void contractWithRefilledBuffersIsStreaming() {
        assertThat(ModuleDescription.of(Probe.STREAMING.code()).streaming()).isTrue();
        assertThat(ModuleDescription.of(Probe.PLAIN.code()).streaming()).isFalse();
    }

    @Test
    void refusedModuleIsStillDescribed() {
        assertThat(describe(GuestText.wellBehaved().withMemory("(memory (export \"memory\") 3 5000)"))
                        .memories())
                .containsExactly(new Memory(3, 5000));
    }

    @Test
    void malformedModuleIsRefusedWithTheReason() {
        byte[] whole = GuestText.wellBehaved().wasm();
        for (int length = 0; length < whole.length; length++) {
            ContractCode cut = ContractCode.of(Bytes.wrap(Arrays.copyOf(whole, length)));
            describeOrRefuse(cut);
        }
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] changed = whole.clone();
            changed[8 + random.nextInt(whole.length - 8)] = (byte) random.nextInt();
            describeOrRefuse(ContractCode.of(Bytes.wrap(changed)));
        }
        assertThatThrownBy(() -> ModuleDescription.of(ContractCode.of(Bytes.utf8("\0asm"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not valid WebAssembly");
    }

    private static void describeOrRefuse(ContractCode code) {
        try {
            assertThat(ModuleDescription.of(code).exports()).isNotNull();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageStartingWith("not valid WebAssembly");
        }
    }

    private static ModuleDescription describe(GuestText text) {
        return ModuleDescription.of(ContractCode.of(Bytes.wrap(text.wasm())));
    }
}
