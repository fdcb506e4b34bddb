package dev.tributary.core.contract.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.contract.Verdict;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class ModuleCacheTests {

    private static final State STATE = State.utf8("state");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Test
    void concurrentCallsCompileTheCodeOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (WasmContractRuntime runtime = Probe.runtime(WasmLimits.defaults())) {
            List<Callable<Verdict>> calls = IntStream.range(0, 16)
                    .<Callable<Verdict>>mapToObj(i -> () -> runtime.validate(Probe.PLAIN.contract('V', "" + i), STATE))
                    .toList();
            for (Future<Verdict> answer : threads.invokeAll(calls)) {
                assertThat(answer.get()).isEqualTo(Verdict.valid());
            }
            assertThat(runtime.usage().loads()).isOne();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void repeatedPreparationCompilesOnce() {
        try (WasmContractRuntime runtime = Probe.runtime(WasmLimits.defaults())) {
            StepVerifier.create(Flux.range(0, 20).flatMap(i -> runtime.prepare(Probe.PLAIN.code()), 20))
                    .expectComplete()
                    .verify(TIMEOUT);
            assertThat(runtime.usage().loads()).isOne();
        }
    }

    @Test
    void preparationOfInvalidCodeFailsWithTheReason() {
        ContractCode broken = ContractCode.of(Bytes.wrap(Probe.hex("0061736d 01000000")));
        try (WasmContractRuntime runtime = Probe.runtime(WasmLimits.defaults())) {
            StepVerifier.create(runtime.prepare(broken))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(ContractUnsupportedException.class)
                            .hasMessageContaining("0 memories"))
                    .verify(TIMEOUT);
        }
    }

    @Test
    void failureOfInvalidCodeIsCached() {
        ContractCode broken = ContractCode.of(Bytes.wrap(Probe.hex("0061736d 01000000")));
        try (WasmContractRuntime runtime = Probe.runtime(WasmLimits.defaults())) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> runtime.validate(
                                GuestText.contract(broken.bytes().toArray()), STATE))
                        .isInstanceOf(ContractUnsupportedException.class);
            }
            assertThat(runtime.usage().loads()).isOne();
        }
    }

    @Test
    void leastRecentlyUsedModuleIsEvictedBeyondTheBudget() {
        WasmLimits tight = WasmLimits.defaults()
                .withCompiler(WasmLimits.CompilerLimits.defaults().withCacheBytes(210_000));
        try (WasmContractRuntime runtime = Probe.runtime(tight)) {
            runtime.validate(Probe.PLAIN.contract('V'), STATE);
            runtime.validate(Probe.STREAMING.contract('V'), STATE);
            runtime.validate(Probe.PLAIN.contract('V'), STATE);
            assertThat(runtime.usage().loads()).isEqualTo(2);
            runtime.validate(Probe.HOST.contract('V'), STATE);
            assertThat(runtime.usage().modules()).isEqualTo(2);
            assertThat(runtime.usage().codeBytes()).isLessThan(210_000);
            runtime.validate(Probe.PLAIN.contract('V'), STATE);
            assertThat(runtime.usage().loads()).isEqualTo(3);
            runtime.validate(Probe.STREAMING.contract('V'), STATE);
            assertThat(runtime.usage().loads()).isEqualTo(4);
        }
    }
}
