package dev.tributary.core.contract.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules that the policy refuses to run, each with the reason. */
@Timeout(60)
class ModulePolicyTests {

    private static final WasmContractRuntime RUNTIME = Probe.runtime(WasmLimits.defaults()
            .withCalls(WasmLimits.CallLimits.defaults()
                    .withCpuTime(Duration.ofMillis(200))
                    .withWallTime(Duration.ofSeconds(20))));
    private static final State STATE = State.utf8("state");

    @AfterAll
    static void close() {
        RUNTIME.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(import \"env\" \"abort\" (func))|imports env.abort, which is not offered",
                "(import \"wasi_snapshot_preview1\" \"fd_write\" (func (param i32 i32 i32 i32) (result i32)))|fd_write",
                "(import \"freenet_log\" \"__frnt__logger__info\" (func (param i32)))|imports freenet_log",
                "(import \"freenet_log\" \"nothing\" (func))|not offered",
                "(import \"env\" \"g\" (global i32))|imports the global env.g",
                "(import \"env\" \"t\" (table 1 funcref))|imports the table env.t"
            })
    void unknownImportIsNamed(String imports, String reason) {
        assertUnsupported(GuestText.wellBehaved().withImports(imports).contract(), reason);
    }

    @Test
    void importedMemoryIsRefused() {
        assertUnsupported(
                GuestText.wellBehaved()
                        .withImports("(import \"env\" \"m\" (memory 1))")
                        .withMemory("(export \"memory\" (memory 0))")
                        .contract(),
                "memor");
    }

    @Test
    void memoryWithoutExportIsRefused() {
        assertUnsupported(GuestText.wellBehaved().withMemory("(memory 2)").contract(), "does not export its memory");
    }

    @Test
    void tooLargeInitialMemoryIsRefused() {
        assertUnsupported(
                GuestText.wellBehaved()
                        .withMemory("(memory (export \"memory\") 4097)")
                        .contract(),
                "4097 pages");
    }

    @Test
    void tooLargeInitialTableIsRefused() {
        assertUnsupported(
                GuestText.wellBehaved().withDefinitions("(table 10001 funcref)").contract(), "10001 table elements");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"__frnt__initiate_buffer", "validate_state", "update_state", "summarize_state", "get_state_delta"
            })
    void missingExportIsNamed(String name) {
        byte[] wasm = GuestText.wellBehaved().wasm();
        int at = indexOf(wasm, name.getBytes(StandardCharsets.UTF_8));
        wasm[at] = 'X';
        assertUnsupported(GuestText.contract(wasm), "does not export the function '" + name + "'");
    }

    @Test
    void exportOfAnotherTypeIsNamed() {
        assertUnsupported(
                GuestText.wellBehaved()
                        .withInitiateBuffer(
                                "(func (export \"__frnt__initiate_buffer\") (param i64) (result i64) (local.get 0))")
                        .contract(),
                "exports '__frnt__initiate_buffer' as");
        assertUnsupported(
                GuestText.wellBehaved()
                        .withDefinitions("(func (export \"__frnt_set_id\") (param i32))")
                        .contract(),
                "exports '__frnt_set_id' as");
    }

    @Test
    void tailCallIsRefusedBecauseALoopOfThemCannotBeInterrupted() {
        byte[] wasm = GuestText.wellBehaved()
                .withValidate("(call $validate (i64.const 1193046) (i64.const 1193046) (i64.const 1193046))")
                .wasm();
        byte[] lastArgumentThenCall = Probe.hex("42 d6e8c800 10");
        int at = indexOf(wasm, lastArgumentThenCall);
        assertThat(at).isPositive();
        wasm[at + lastArgumentThenCall.length - 1] = 0x12;
        assertUnsupported(GuestText.contract(wasm), "RETURN_CALL");
    }

    @Test
    void tooManyFunctionsAreRefused() {
        assertUnsupported(GuestText.contract(manyFunctions(20_001)), "20001 functions");
    }

    @Test
    void tooLargeModuleIsRefused() {
        byte[] wasm = Arrays.copyOf(GuestText.wellBehaved().wasm(), (10 << 20) + 1);
        assertUnsupported(GuestText.contract(wasm), "at most 10485760");
    }

    @Test
    void truncatedModuleFailsWithATypedError() {
        byte[] whole = GuestText.wellBehaved().wasm();
        for (int length = 8; length < whole.length; length++) {
            Contract cut = GuestText.contract(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> RUNTIME.validate(cut, STATE))
                    .as("cut after " + length)
                    .isInstanceOf(NodeException.class);
        }
    }

    @Test
    void compiledModuleTruncatedAtEachSectionRunsOrIsRefused() {
        byte[] whole = Probe.PLAIN.code().bytes().toArray();
        int at = 8;
        while (at < whole.length) {
            assertRunsOrIsRefused(Arrays.copyOf(whole, at));
            int size = 0;
            int shift = 0;
            do {
                at++;
                size |= (whole[at] & 0x7f) << shift;
                shift += 7;
            } while (whole[at] < 0);
            at += 1 + size;
        }
    }

    @Test
    void moduleWithAChangedByteRunsOrIsRefused() {
        Random random = new Random(20_261_122);
        byte[] whole = GuestText.wellBehaved().wasm();
        for (int i = 0; i < 300; i++) {
            byte[] changed = whole.clone();
            changed[8 + random.nextInt(whole.length - 8)] = (byte) random.nextInt();
            assertRunsOrIsRefused(changed);
        }
    }

    private static void assertRunsOrIsRefused(byte[] wasm) {
        try {
            RUNTIME.validate(GuestText.contract(wasm), STATE);
        } catch (ContractUnsupportedException | ContractFailedException | ContractRejectedException expected) {
            assertThat(expected).isInstanceOf(NodeException.class);
        }
    }

    private static void assertUnsupported(Contract contract, String reason) {
        assertThatThrownBy(() -> RUNTIME.validate(contract, STATE))
                .isInstanceOf(ContractUnsupportedException.class)
                .hasMessageContaining(contract.code().hash().toString())
                .hasMessageContaining(reason);
    }

    private static byte[] manyFunctions(int count) {
        ByteArrayOutputStream wasm = new ByteArrayOutputStream();
        wasm.writeBytes(Probe.hex("0061736d 01000000 01 04 01 60 00 00"));
        byte[] number = {(byte) ((count & 0x7f) | 0x80), (byte) (((count >> 7) & 0x7f) | 0x80), (byte) (count >> 14)};
        section(wasm, 3, number, new byte[count]);
        byte[] bodies = new byte[3 * count];
        for (int i = 0; i < count; i++) {
            bodies[3 * i] = 2;
            bodies[3 * i + 2] = 0x0b;
        }
        section(wasm, 10, number, bodies);
        return wasm.toByteArray();
    }

    private static void section(ByteArrayOutputStream wasm, int id, byte[] number, byte[] content) {
        int size = number.length + content.length;
        wasm.write(id);
        wasm.writeBytes(
                new byte[] {(byte) ((size & 0x7f) | 0x80), (byte) (((size >> 7) & 0x7f) | 0x80), (byte) (size >> 14)});
        wasm.writeBytes(number);
        wasm.writeBytes(content);
    }

    private static int indexOf(byte[] where, byte[] what) {
        for (int at = 0; at <= where.length - what.length; at++) {
            if (Arrays.equals(where, at, at + what.length, what, 0, what.length)) {
                return at;
            }
        }
        return -1;
    }
}
