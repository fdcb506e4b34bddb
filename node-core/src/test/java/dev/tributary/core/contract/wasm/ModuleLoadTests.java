package dev.tributary.core.contract.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.contract.Verdict;
import dev.tributary.core.contract.wasm.measure.ModuleBytes;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Modules that cost more than they may are refused by name, remembered, and in no other module's way. */
@Timeout(60)
class ModuleLoadTests {

    private static final State STATE = State.utf8("state");

    @Test
    void moduleOfEightKilobytesThatWouldExhaustTheHeapIsRefusedAtOnce() {
        byte[] wasm = new ModuleBytes()
                .functions(1_000, ModuleBytes.locals(49_990), ModuleBytes.hex(""))
                .bytes();
        Contract contract = GuestText.contract(wasm);
        try (WasmContractRuntime runtime = Probe.runtime(WasmLimits.defaults())) {
            assertThatThrownBy(() -> runtime.validate(contract, STATE))
                    .isInstanceOfSatisfying(ContractUnsupportedException.class, refused -> {
                        assertThat(refused.excess())
                                .contains(new ContractUnsupportedException.Excess(
                                        "locals of one function", 49_990, 10_000, false));
                        assertThat(refused.reason())
                                .isEqualTo("it has 49990 locals of one function; at most 10000 are allowed");
                    });
        }
    }

    @Test
    void refusedModuleIsRememberedAndNotMeasuredAgain() {
        byte[] wasm = new ModuleBytes().globals(10_001).bytes();
        try (WasmContractRuntime runtime = Probe.runtime(WasmLimits.defaults())) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> runtime.validate(GuestText.contract(wasm), STATE))
                        .isInstanceOf(ContractUnsupportedException.class);
            }
            assertThat(runtime.usage().loads()).isOne();
            assertThat(runtime.usage().modules()).isZero();
        }
    }

    @Test
    void moduleOverAMemoryBudgetIsRefusedWithThePhaseAndOthersAreLoaded() {
        byte[] large = new ModuleBytes()
                .functions(1, ModuleBytes.hex("00"), ModuleBytes.repeat(100_000, ModuleBytes.hex("01")))
                .bytes();
        WasmLimits tight = WasmLimits.defaults()
                .withLoading(WasmLimits.LoadLimits.defaults().withParseBytes(5 << 20));
        try (WasmContractRuntime runtime = Probe.runtime(tight)) {
            assertRefused(runtime, large, "bytes allocated to parse and validate; at most 5242880 are allowed");
            assertThat(runtime.validate(GuestText.wellBehaved().contract(), STATE))
                    .isEqualTo(Verdict.valid());
            assertRefused(runtime, large, "bytes allocated to parse and validate");
            assertThat(runtime.usage().loads()).isEqualTo(2);
        }
    }

    @Test
    void moduleOverATimeBudgetIsRefusedWithThePhaseAndOthersAreLoaded() {
        byte[] large = new ModuleBytes()
                .functions(10_000, ModuleBytes.hex("00"), ModuleBytes.hex(""))
                .bytes();
        WasmLimits tight = WasmLimits.defaults()
                .withLoading(WasmLimits.LoadLimits.defaults().withCompileTime(Duration.ofMillis(100)));
        try (WasmContractRuntime runtime = Probe.runtime(tight)) {
            assertRefused(runtime, large, "ms of processor time to compile; at most 100 are allowed");
            WasmContractRuntime other = runtime;
            assertThatThrownBy(() -> other.validate(GuestText.contract(large), STATE))
                    .isInstanceOf(ContractUnsupportedException.class);
            assertThat(runtime.usage().loads()).isOne();
        }
    }

    @Test
    void largestAdmittedModuleOfManyFunctionsIsLoaded() {
        byte[] wasm = new ModuleBytes()
                .functions(5_000, ModuleBytes.hex("00"), ModuleBytes.hex("41 00 1a"))
                .bytes();
        try (WasmContractRuntime runtime = Probe.runtime(WasmLimits.defaults())) {
            runtime.prepare(GuestText.contract(wasm).code()).block(Duration.ofSeconds(50));
            assertThat(runtime.usage().modules()).isOne();
        }
    }

    @Test
    void customSectionsAreNotParsed() {
        byte[] names = ModuleBytes.section(
                0, ModuleBytes.cat(ModuleBytes.name("name"), ModuleBytes.repeat(100_000, ModuleBytes.hex("ff"))));
        byte[] wasm = ModuleBytes.cat(GuestText.wellBehaved().wasm(), names);
        try (WasmContractRuntime runtime = Probe.runtime(WasmLimits.defaults())) {
            assertThat(runtime.validate(GuestText.contract(wasm), STATE)).isEqualTo(Verdict.valid());
        }
    }

    @Test
    void guestsTogetherCannotTakeMoreThanTheBudgetOfMemory() {
        WasmLimits tight =
                WasmLimits.defaults().withCalls(WasmLimits.CallLimits.defaults().withTotalMemoryBytes(10 * 65_536));
        Contract growing = GuestText.wellBehaved()
                .withValidate("(drop (memory.grow (i32.const 20)))" + GuestText.VALID)
                .contract();
        try (WasmContractRuntime runtime = Probe.runtime(tight)) {
            assertThatThrownBy(() -> runtime.validate(growing, STATE))
                    .isInstanceOfSatisfying(
                            ContractFailedException.class,
                            failed -> assertThat(failed.failure()).isEqualTo(Failure.OUT_OF_MEMORY))
                    .hasMessageContaining("it asks for 1310720 bytes")
                    .hasMessageContaining("655360 are allowed for all");
            assertThat(runtime.usage().memoryBytes()).isZero();
            assertThat(runtime.validate(GuestText.wellBehaved().contract(), STATE))
                    .isEqualTo(Verdict.valid());
        }
    }

    @Test
    void initialMemoryIsTakenFromTheBudgetBeforeItIsAllocated() {
        WasmLimits tight =
                WasmLimits.defaults().withCalls(WasmLimits.CallLimits.defaults().withTotalMemoryBytes(1 << 20));
        byte[] wasm = new ModuleBytes()
                .memories(ModuleBytes.cat(ModuleBytes.hex("01 00"), ModuleBytes.number(4_096)))
                .bytes();
        try (WasmContractRuntime runtime = Probe.runtime(tight)) {
            assertThatThrownBy(() -> runtime.validate(GuestText.contract(wasm), STATE))
                    .isInstanceOf(ContractFailedException.class)
                    .hasMessageContaining("268435456 bytes");
        }
    }

    private static void assertRefused(WasmContractRuntime runtime, byte[] wasm, String reason) {
        assertThatThrownBy(() -> runtime.validate(GuestText.contract(wasm), STATE))
                .isInstanceOf(ContractUnsupportedException.class)
                .hasMessageContaining(reason);
    }
}
