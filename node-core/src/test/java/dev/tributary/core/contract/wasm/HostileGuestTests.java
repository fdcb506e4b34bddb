package dev.tributary.core.contract.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.contract.Verdict;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs malicious contracts: each call ends with a typed error, and later calls still work. */
@Timeout(60)
class HostileGuestTests {

    private static final WasmLimits LIMITS = WasmLimits.defaults()
            .withCalls(WasmLimits.CallLimits.defaults()
                    .withCpuTime(Duration.ofMillis(100))
                    .withWallTime(Duration.ofSeconds(30))
                    .withMemoryPages(64)
                    .withAnswerBytes(1 << 20));
    private static final List<String> LOGGED = new ArrayList<>();
    private static final WasmContractRuntime RUNTIME =
            WasmContractRuntime.open(LIMITS, TimeSource.system(), new Random(1), (contract, line) -> LOGGED.add(line));
    private static final State STATE = State.utf8("state");
    private static final StateChange CHANGE = new StateChange.Full(State.utf8("other"));

    @AfterAll
    static void close() {
        RUNTIME.close();
    }

    @AfterEach
    void wellBehavedContractStillWorksOnTheSameThread() {
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(RUNTIME.validate(Probe.PLAIN.contract('V'), STATE)).isEqualTo(Verdict.valid());
    }

    @Test
    void unmodifiedGuestTextIsAValidContract() {
        assertThat(RUNTIME.validate(GuestText.wellBehaved().contract(), STATE)).isEqualTo(Verdict.valid());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(loop (br 0)) unreachable",
                "(loop (br_if 0 (i32.const 1))) unreachable",
                "(loop (br_table 0 0 (i32.const 0))) unreachable",
                "(loop (loop (br 1))) unreachable",
                "(loop (drop (call $one)) (br 0)) unreachable",
                "(loop (memory.fill (i32.const 0) (i32.const 0) (i32.const 65536)) (br 0)) unreachable",
                "(loop (drop (memory.grow (i32.const 1))) (br 0)) unreachable",
                "(loop (block (br_if 0 (i32.const 0)) (br 1))) unreachable"
            })
    void endlessLoopEndsAtTheTimeLimit(String body) {
        Contract looping = GuestText.wellBehaved()
                .withValidate(body)
                .withDefinitions("(func $one (result i32) (i32.const 1))")
                .contract();
        assertFails(() -> RUNTIME.validate(looping, STATE), Failure.TIMED_OUT, "100 ms of processor time");
    }

    @Test
    void memoryOfATrappedGuestIsCountedAndReleased() {
        try (WasmContractRuntime runtime = Probe.runtime(LIMITS)) {
            Contract growing = GuestText.wellBehaved()
                    .withValidate("(drop (memory.grow (i32.const 20))) unreachable")
                    .contract();
            assertFails(() -> runtime.validate(growing, STATE), Failure.TRAP, "");
            assertThat(runtime.usage().memoryBytes()).isZero();
            assertThat(runtime.usage().memoryPeakBytes()).isEqualTo(22 * 65_536);
        }
    }

    @Test
    void whatIsAllocatedForAGrowingGuestIsCounted() {
        try (WasmContractRuntime runtime = Probe.runtime(LIMITS)) {
            Contract growing = GuestText.wellBehaved()
                    .withValidate(
                            "(loop (drop (memory.grow (i32.const 1))) (br_if 0 (i32.lt_u (memory.size) (i32.const 40))))"
                                    + " unreachable")
                    .contract();
            assertFails(() -> runtime.validate(growing, STATE), Failure.TRAP, "");
            assertThat(runtime.usage().memoryBytes()).isZero();
            assertThat(runtime.usage().memoryPeakBytes()).isBetween(40 * 65_536L, 50 * 65_536L);
        }
    }

    @Test
    void endlessLoopEndsInEveryFunction() {
        Contract looping = Probe.PLAIN.contract('L');
        assertFails(() -> RUNTIME.validate(looping, STATE), Failure.TIMED_OUT, "in validate_state");
        assertFails(() -> RUNTIME.merge(looping, STATE, CHANGE), Failure.TIMED_OUT, "in update_state");
        assertFails(() -> RUNTIME.summarize(looping, STATE), Failure.TIMED_OUT, "in summarize_state");
        assertFails(
                () -> RUNTIME.delta(looping, STATE, StateSummary.utf8("")), Failure.TIMED_OUT, "in get_state_delta");
    }

    @Test
    void endlessLoopEndsInTheStartFunction() {
        Contract looping = GuestText.wellBehaved()
                .withDefinitions("(func $go (loop (br 0))) (start $go)")
                .contract();
        assertFails(() -> RUNTIME.validate(looping, STATE), Failure.TIMED_OUT, "");
    }

    @Test
    void endlessLoopEndsInBufferAllocation() {
        Contract looping = GuestText.wellBehaved()
                .withInitiateBuffer(
                        "(func (export \"__frnt__initiate_buffer\") (param i32) (result i64) (loop (br 0)) unreachable)")
                .contract();
        assertFails(() -> RUNTIME.validate(looping, STATE), Failure.TIMED_OUT, "");
    }

    @Test
    void endlessLoopEndsWhereTheIdIsSet() {
        Contract looping = GuestText.wellBehaved()
                .withDefinitions("(func (export \"__frnt_set_id\") (param i64) (loop (br 0)))")
                .contract();
        assertFails(() -> RUNTIME.validate(looping, STATE), Failure.TIMED_OUT, "");
    }

    @Test
    void endlessRefillEnds() {
        Contract looping = GuestText.wellBehaved()
                .withImports("(import \"freenet_contract_io\" \"__frnt__fill_buffer\""
                        + " (func $fill (param i64 i64) (result i32)))")
                .withValidate("(loop (drop (call $fill (i64.const 0) (local.get 1))) (br 0)) unreachable")
                .contract();
        assertFails(() -> RUNTIME.validate(looping, STATE), Failure.TIMED_OUT, "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(call $validate (local.get 0) (local.get 1) (local.get 2))",
                "(i64.add (i64.const 1) (call $other (local.get 0)))",
                "(call_indirect (type $self) (local.get 0) (local.get 1) (local.get 2) (i32.const 0))"
            })
    void deepRecursionExhaustsTheStack(String body) {
        Contract recursing = GuestText.wellBehaved()
                .withValidate(body)
                .withDefinitions("(type $self (func (param i64 i64 i64) (result i64)))"
                        + "(func $other (param i64) (result i64)"
                        + " (i64.add (i64.const 1) (call $validate (local.get 0) (local.get 0) (local.get 0))))"
                        + "(table funcref (elem $validate))")
                .contract();
        assertFails(() -> RUNTIME.validate(recursing, STATE), Failure.STACK_EXHAUSTED, "");
    }

    @Test
    void deepRecursionOfACompiledLanguageExhaustsTheStack() {
        assertThatThrownBy(() -> RUNTIME.validate(Probe.PLAIN.contract('D'), STATE))
                .isInstanceOfSatisfying(
                        ContractFailedException.class,
                        failed -> assertThat(failed.failure()).isIn(Failure.STACK_EXHAUSTED, Failure.TRAP));
    }

    @Test
    void memoryGrowsUpToItsLimitAndNoFurther() {
        assertFails(() -> RUNTIME.validate(Probe.PLAIN.contract('M'), STATE), Failure.TRAP, "");
        Contract measuring = GuestText.wellBehaved()
                .withValidate("(if (i32.ne (memory.grow (i32.const 62)) (i32.const 2)) (then unreachable))"
                        + "(if (i32.ne (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))"
                        + GuestText.VALID)
                .contract();
        assertThat(RUNTIME.validate(measuring, STATE)).isEqualTo(Verdict.valid());
    }

    @Test
    void hugeAllocationIsRefused() {
        assertFails(() -> RUNTIME.validate(Probe.PLAIN.contract('O'), STATE), Failure.TRAP, "");
    }

    @Test
    void argumentsThatDoNotFitIntoMemoryAreRefused() {
        State large = State.of(new byte[65 * 65_536]);
        assertFails(() -> RUNTIME.validate(Probe.PLAIN.contract('V'), large), Failure.OUT_OF_MEMORY, "64 pages");
    }

    @Test
    void tableGrowsUpToItsLimitAndNoFurther() {
        Contract growing = GuestText.wellBehaved()
                .withDefinitions("(table $t 1 funcref)")
                .withValidate(
                        "(if (i32.ne (table.grow $t (ref.null func) (i32.const 9999)) (i32.const 1)) (then unreachable))"
                                + "(if (i32.ne (table.grow $t (ref.null func) (i32.const 1)) (i32.const -1)) (then unreachable))"
                                + GuestText.VALID)
                .contract();
        assertThat(RUNTIME.validate(growing, STATE)).isEqualTo(Verdict.valid());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unreachable",
                "(i64.div_u (i64.const 1) (local.get 0)) (drop) (i64.const 0) (i64.div_u (i64.const 1) (i64.const 0))"
                        + " unreachable",
                "(i64.load (i32.const -8))",
                "(i64.load offset=4294967295 (i32.const 4294967295))",
                "(i64.store (i32.const 131069) (i64.const 1)) (i64.const 0)",
                "(i64.trunc_f64_s (f64.const nan))",
                "(i64.rem_s (i64.const 1) (i64.const 0))",
                "(memory.copy (i32.const 0) (i32.const -1) (i32.const 10)) (i64.const 0)",
                "(memory.fill (i32.const 131000) (i32.const 0) (i32.const -1)) (i64.const 0)",
                "(call_indirect (param i64) (result i64) (i64.const 1) (i32.const 0))",
                "(call_indirect (param i64) (result i64) (i64.const 1) (i32.const 77))"
            })
    void trapEndsTheCall(String body) {
        Contract trapping = GuestText.wellBehaved()
                .withDefinitions("(table 1 funcref)")
                .withValidate(body)
                .contract();
        assertFails(() -> RUNTIME.validate(trapping, STATE), Failure.TRAP, "validate_state");
    }

    @Test
    void trapInTheStartFunctionEndsTheCall() {
        Contract trapping = GuestText.wellBehaved()
                .withDefinitions("(func $go unreachable) (start $go)")
                .contract();
        assertFails(() -> RUNTIME.validate(trapping, STATE), Failure.TRAP, "");
    }

    @Test
    void dataThatDoesNotFitIntoMemoryEndsTheCall() {
        Contract overflowing = GuestText.wellBehaved()
                .withDefinitions("(data (i32.const 131070) \"12345\")")
                .contract();
        assertFails(() -> RUNTIME.validate(overflowing, STATE), Failure.TRAP, "");
    }

    @ParameterizedTest
    @ValueSource(
            longs = {-1, 1L << 32, (1L << 32) + 16, 0xffff_ffffL, 0xffff_fff1L, Long.MIN_VALUE, 4_194_304, 1L << 40})
    void answerOutsideMemoryIsNotRead(long address) {
        assertFails(
                () -> RUNTIME.validate(Probe.PLAIN.contract('Z', address), STATE),
                Failure.MALFORMED_RESULT,
                "outside the memory");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1L << 32, 0xffff_ffffL, Long.MAX_VALUE, Long.MIN_VALUE, 4_194_303})
    void contentOutsideMemoryIsNotRead(long address) {
        assertFails(
                () -> RUNTIME.summarize(Probe.PLAIN.contract('Y', address, 100), STATE),
                Failure.MALFORMED_RESULT,
                "outside the memory");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1_048_577, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void tooLongAnswerIsNotRead(int size) {
        assertFails(
                () -> RUNTIME.summarize(Probe.PLAIN.contract('Y', 0L, size), STATE),
                Failure.MALFORMED_RESULT,
                "at most 1048576");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 77, -1, Integer.MIN_VALUE})
    void answerOfAnotherKindIsRejected(int kind) {
        assertFails(
                () -> RUNTIME.validate(Probe.PLAIN.contract('K', kind, Probe.hex("00000000 00000000")), STATE),
                Failure.MALFORMED_RESULT,
                "kind");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "000000",
                "00000000",
                "0000000000",
                "02000000 00000000",
                "ffffffff 00000000",
                "00000000 03000000",
                "00000000 ffffffff",
                "00000000 02000000",
                "00000000 02000000 0100000000000000",
                "00000000 02000000 0100000000000000 11111111",
                "00000000 02000000 ffffffffffffffff",
                "00000000 02000000 0000000000000080",
                "00000000 02000000 ffffff7f00000000",
                "01000000",
                "01000000 06000000",
                "01000000 05000000",
                "01000000 05000000 0100000000000000",
                "01000000 05000000 ffffffffffffffff 78",
                "01000000 00000000 ffffffff00000000 78"
            })
    void malformedVerdictIsRejected(String content) {
        assertFails(
                () -> RUNTIME.validate(Probe.PLAIN.contract('X', Probe.hex(content)), STATE),
                Failure.MALFORMED_RESULT,
                "the answer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000",
                "00000000 02",
                "00000000 00",
                "00000000 01",
                "00000000 01 ffffffffffffffff 00",
                "00000000 01 0500000000000000 00",
                "00000000 00 0100000000000000",
                "00000000 01 0100000000000000 aa",
                "00000000 00 ffffffffffffff7f"
            })
    void malformedNewStateIsRejected(String content) {
        assertFails(
                () -> RUNTIME.merge(Probe.PLAIN.contract('X', Probe.hex(content)), STATE, CHANGE),
                Failure.MALFORMED_RESULT,
                "the answer");
    }

    @Test
    void relatedContractOfUnknownModeIsRejected() {
        String content = "00000000 00 0100000000000000" + "11".repeat(32) + "02000000";
        assertFails(
                () -> RUNTIME.merge(Probe.PLAIN.contract('X', Probe.hex(content)), STATE, CHANGE),
                Failure.MALFORMED_RESULT,
                "mode");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(i64.const -1)",
                "(i64.const 131071)",
                "(i64.const 4294967296)",
                "(i64.store (i32.const 512) (i64.const -1)) (i32.store (i32.const 520) (local.get 0)) (i64.const 512)",
                "(i64.store (i32.const 512) (i64.const 131070)) (i32.store (i32.const 520) (local.get 0)) (i64.const 512)",
                "(i64.store (i32.const 512) (i64.const 1024)) (i32.store (i32.const 520) (i32.const 1)) (i64.const 512)",
                "(i64.store (i32.const 512) (i64.const 1024)) (i32.store (i32.const 520) (i32.const -1)) (i64.const 512)",
                "(i64.store (i32.const 512) (i64.const 1024)) (i32.store (i32.const 520) (local.get 0))"
                        + "(i64.store (i32.const 536) (i64.const 131070)) (i64.const 512)"
            })
    void invalidBufferIsNotWritten(String body) {
        Contract malformed = GuestText.wellBehaved()
                .withInitiateBuffer("(func (export \"__frnt__initiate_buffer\") (param i32) (result i64) " + body + ")")
                .contract();
        assertFails(() -> RUNTIME.validate(malformed, STATE), Failure.MALFORMED_RESULT, "buffer");
    }

    @Test
    void invalidPointersToTheHostAreIgnored() {
        assertThat(RUNTIME.summarize(Probe.HOST.contract('w'), STATE)).isEqualTo(StateSummary.utf8("state"));
    }

    @Test
    void floodOfLogLinesIsCut() {
        LOGGED.clear();
        RUNTIME.summarize(Probe.HOST.contract('l', (byte) 200, "x".repeat(1000)), STATE);
        assertThat(LOGGED).hasSize(17).endsWith("(log limit of the call exceeded)");
    }

    @Test
    void controlCharactersDoNotReachTheLog() {
        LOGGED.clear();
        RUNTIME.summarize(Probe.HOST.contract('l', (byte) 1, "a\r\nb\u001b[2J"), STATE);
        assertThat(LOGGED).containsExactly("a  b [2J");
    }

    @Test
    void refillOfAnUnknownBufferReturnsNothing() {
        Contract calling = GuestText.wellBehaved()
                .withImports("(import \"freenet_contract_io\" \"__frnt__fill_buffer\""
                        + " (func $fill (param i64 i64) (result i32)))")
                .withValidate("(if (call $fill (i64.const 0) (i64.const -77)) (then unreachable))"
                        + "(if (call $fill (i64.const -1) (local.get 0)) (then unreachable))" + GuestText.VALID)
                .contract();
        assertThat(RUNTIME.validate(calling, STATE)).isEqualTo(Verdict.valid());
    }

    @Test
    void delegateFunctionsReturnAnErrorToContracts() {
        Contract calling = GuestText.wellBehaved()
                .withImports("(import \"freenet_delegate_ctx\" \"__frnt__delegate__ctx_len\" (func $len (result i32)))")
                .withValidate("(if (i32.ne (call $len) (i32.const -1)) (then unreachable))" + GuestText.VALID)
                .contract();
        assertThat(RUNTIME.validate(calling, STATE)).isEqualTo(Verdict.valid());
    }

    @Test
    void interruptEndsTheCallAsCancelled() throws InterruptedException {
        WasmLimits defaults = WasmLimits.defaults();
        try (WasmContractRuntime runtime = Probe.runtime(defaults)) {
            runtime.validate(Probe.PLAIN.contract('V'), STATE);
            AtomicReference<Throwable> ended = new AtomicReference<>();
            Thread worker = new Thread(() -> {
                try {
                    runtime.validate(Probe.PLAIN.contract('L'), STATE);
                } catch (ContractFailedException failed) {
                    ended.set(failed);
                }
            });
            worker.start();
            while (worker.isAlive()) {
                worker.interrupt();
                worker.join(10);
            }
            assertThat(ended.get())
                    .isInstanceOfSatisfying(
                            ContractFailedException.class,
                            failed -> assertThat(failed.failure()).isEqualTo(Failure.CANCELLED));
        }
    }

    @Test
    void failuresLeaveNoThreadsBehind() {
        RUNTIME.validate(Probe.PLAIN.contract('V'), STATE);
        long before = contractThreads();
        for (int i = 0; i < 20; i++) {
            for (char command : new char[] {'T', 'D', '0', 'P', 'O'}) {
                Contract failing = Probe.PLAIN.contract(command);
                assertThatThrownBy(() -> RUNTIME.validate(failing, STATE)).isInstanceOf(ContractFailedException.class);
            }
        }
        assertThat(contractThreads()).isLessThanOrEqualTo(before);
    }

    private static long contractThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("tributary-contract"))
                .count();
    }

    private static void assertFails(ThrowingCallable call, Failure failure, String detail) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ContractFailedException.class, failed -> {
            assertThat(failed.failure()).as(failed.getMessage()).isEqualTo(failure);
            assertThat(failed).hasMessageContaining(detail);
        });
    }
}
