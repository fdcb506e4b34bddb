package dev.tributary.core.contract.wasm.measure;

import static dev.tributary.core.contract.wasm.measure.ModuleBytes.cat;
import static dev.tributary.core.contract.wasm.measure.ModuleBytes.hex;
import static dev.tributary.core.contract.wasm.measure.ModuleBytes.locals;
import static dev.tributary.core.contract.wasm.measure.ModuleBytes.name;
import static dev.tributary.core.contract.wasm.measure.ModuleBytes.number;
import static dev.tributary.core.contract.wasm.measure.ModuleBytes.repeat;
import static dev.tributary.core.contract.wasm.measure.ModuleBytes.section;
import static dev.tributary.core.contract.wasm.measure.ModuleBytes.type;
import static dev.tributary.core.contract.wasm.measure.ModuleBytes.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way to make a small module that costs much is refused with what it has too much of. */
@Timeout(20)
class ModuleMeasureTests {

    private static final ModuleBounds BOUNDS = ModuleBounds.defaults().within(new MemoryPlan(8L << 30));
    private static final byte[] NO_LOCALS = hex("00");
    private static final byte[] IN_BLOCK = hex("02 40 41 00 0d 00 0b");

    static Stream<Arguments> costlyModules() {
        return Stream.of(
                costly(
                        Quantity.LOCALS_OF_FUNCTION,
                        49_990,
                        new ModuleBytes().functions(1_000, locals(49_990), hex(""))),
                costly(Quantity.LOCALS, 995_000, new ModuleBytes().functions(199, locals(5_000), hex(""))),
                costly(
                        Quantity.LOCALS_OF_FUNCTION,
                        0xffff_ffffL,
                        new ModuleBytes().functions(1, locals(0xffff_ffffL), hex(""))),
                costly(Quantity.TYPES, 2_005, new ModuleBytes().types(2_001, type(2, 0x7f, 1, 0x7e))),
                costly(Quantity.VALUES_OF_TYPE, 1_000, new ModuleBytes().types(1, type(0, 0, 1_000, 0x7f))),
                costly(Quantity.FUNCTIONS, 20_006, new ModuleBytes().functions(20_001, NO_LOCALS, hex(""))),
                costly(Quantity.FUNCTION_VALUES, 240_017, manyParameters()),
                costly(Quantity.DISPATCH_PAIRS, 1_000_005, equalTypes()),
                costly(Quantity.GLOBALS, 10_001, new ModuleBytes().globals(10_001)),
                costly(Quantity.EXPORTS, 10_007, new ModuleBytes().exports(10_001)),
                costly(Quantity.TABLES, 17, new ModuleBytes().tables(vector(Collections.nCopies(17, hex("70 00 01"))))),
                costly(
                        Quantity.TABLE_ELEMENTS,
                        0xffff_ffffL,
                        new ModuleBytes().tables(cat(hex("01 70 00"), number(0xffff_ffffL)))),
                costly(Quantity.MEMORIES, 2, new ModuleBytes().memories(hex("02 00 01 00 01"))),
                costly(
                        Quantity.ELEMENT_SEGMENTS,
                        1_001,
                        withTable().elements(vector(Collections.nCopies(1_001, hex("00 41 00 0b 01 00"))))),
                costly(
                        Quantity.ELEMENTS,
                        50_001,
                        withTable().elements(cat(hex("01 00 41 00 0b"), number(50_001), repeat(50_001, hex("00"))))),
                costly(Quantity.DATA_SEGMENTS, 10_001, new ModuleBytes().data(10_001, hex("00 41 00 0b 01 00"))),
                costly(Quantity.BODY_BYTES, 1_048_578, new ModuleBytes().code(repeat(1 << 20, hex("01")))),
                costly(
                        Quantity.INSTRUCTIONS,
                        6_300_017,
                        new ModuleBytes().functions(7, NO_LOCALS, repeat(900_000, hex("01")))),
                costly(Quantity.NESTING, 1_001, nested(1_500, "02 40")),
                costly(Quantity.NESTING, 1_001, nested(1_500, "03 40")),
                costly(Quantity.NESTING, 1_001, nested(1_500, "41 00 04 40")),
                costly(Quantity.BRANCHES_OF_TABLE, 100_000, branchTable(1, 100_000)),
                costly(Quantity.BRANCHES, 20 * 4_001, branchTable(20, 4_000)),
                costly(Quantity.MOVED_VALUES, 20 * 500 * 4 * 250 + 250 + 5, wideCalls()),
                costly(Quantity.MOVED_VALUES, 3 * 2_001 * 1_000 + 5, unwinding()),
                costly(Quantity.MOVED_VALUES, 10_000 * 2 * 250 + 5, wideBlocks()),
                costly(
                        Quantity.FRAME_CELLS_OF_FUNCTION,
                        2 * 2_000 * 10_000,
                        new ModuleBytes().functions(1, locals(10_000), repeat(2_000, IN_BLOCK))),
                costly(
                        Quantity.FRAME_CELLS_OF_FUNCTION,
                        2 * 2_000 * 5_000,
                        new ModuleBytes()
                                .code(repeat(5_000, hex("41 00")), repeat(2_000, IN_BLOCK), repeat(5_000, hex("1a")))),
                costly(
                        Quantity.FRAME_CELLS,
                        20 * 2 * 700 * 5_000,
                        new ModuleBytes().functions(20, locals(5_000), repeat(700, IN_BLOCK))));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("costlyModules")
    void costlyModuleIsRefusedWithTheQuantityItsValueAndTheLimit(Quantity quantity, long value, byte[] wasm) {
        assertThatThrownBy(() -> ModuleMeasure.of(wasm, BOUNDS))
                .isInstanceOfSatisfying(ExcessException.class, excess -> {
                    assertThat(excess.quantity()).isEqualTo(quantity);
                    assertThat(excess.value()).isEqualTo(value);
                    assertThat(excess.limit()).isEqualTo(quantity.limit());
                })
                .hasMessage(
                        "it has " + value + " " + quantity.label() + "; at most " + quantity.limit() + " are allowed");
    }

    @Test
    void importsAreCountedBeforeTheyAreRead() {
        byte[] imports = vector(Collections.nCopies(1_001, cat(name("env"), name("f"), hex("00 00"))));
        byte[] wasm = cat(hex("0061736d 01000000"), section(1, vector(List.of(type(0, 0, 0, 0)))), section(2, imports));
        assertExceeds(wasm, Quantity.IMPORTS);
    }

    @Test
    void namesAreMeasuredInSum() {
        byte[] name = name("n".repeat(1_000));
        byte[] exports = vector(Collections.nCopies(1_100, cat(name, hex("00 00"))));
        assertExceeds(cat(hex("0061736d 01000000"), section(7, exports)), Quantity.NAME_BYTES);
    }

    @Test
    void memoryToLoadFollowsFromTheHeap() {
        byte[] wasm = new ModuleBytes()
                .functions(1, NO_LOCALS, repeat(200_000, hex("01")))
                .bytes();
        assertThatCode(() -> ModuleMeasure.of(wasm, BOUNDS.within(new MemoryPlan(512L << 20))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> ModuleMeasure.of(wasm, BOUNDS.within(new MemoryPlan(64L << 20))))
                .isInstanceOfSatisfying(ExcessException.class, excess -> {
                    assertThat(excess.quantity()).isEqualTo(Quantity.LOAD_MEMORY);
                    assertThat(excess.limit()).isEqualTo(new MemoryPlan(64L << 20).bytes(MemoryUse.LOADING));
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/wasm/echo-rust.wasm",
                "/wasm/probe-plain.wasm",
                "/wasm/probe-host.wasm",
                "/wasm/probe-streaming.wasm",
                "/dev/tributary/core/contract/standard/blob.wasm",
                "/dev/tributary/core/contract/standard/counter.wasm",
                "/dev/tributary/core/contract/standard/document.wasm",
                "/dev/tributary/core/contract/standard/log.wasm",
                "/dev/tributary/core/contract/standard/website.wasm"
            })
    void contractStaysFarBelowEachLimit(String resource) throws Exception {
        Map<Quantity, Long> measured = ModuleMeasure.of(read(resource), BOUNDS);
        measured.forEach((quantity, value) -> {
            if (quantity != Quantity.MEMORIES) {
                assertThat(value).as(quantity.label()).isLessThanOrEqualTo(quantity.limit() / 5);
            }
        });
        assertThat(measured.get(Quantity.INSTRUCTIONS)).isGreaterThan(500L);
    }

    @Test
    void allInstructionsOfARealModuleAreMeasuredToTheLastByte() throws Exception {
        byte[] wasm = read("/wasm/echo-rust.wasm");
        assertThat(ModuleMeasure.of(wasm, BOUNDS).get(Quantity.FUNCTIONS)).isGreaterThan(50L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01 05 ff ff ff ff 0f",
                "03 05 ff ff ff ff 0f",
                "0a 05 ff ff ff ff 0f",
                "01 ff ff ff ff 0f 00",
                "01 06 ff ff ff ff ff 00",
                "0d 01 00",
                "01 02 01 5f",
                "00 02 05 61"
            })
    void malformedSectionIsRefused(String digits) {
        byte[] wasm = cat(hex("0061736d 01000000"), hex(digits));
        assertThatThrownBy(() -> ModuleMeasure.of(wasm, BOUNDS)).isInstanceOf(MalformedModuleException.class);
    }

    @Test
    void moduleCutAnywhereIsRefusedOrMeasured() throws Exception {
        byte[] whole = read("/wasm/probe-host.wasm");
        for (int length = 0; length < whole.length; length++) {
            measure(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void changedBytesAreRefusedOrMeasured() throws Exception {
        byte[] whole = read("/wasm/probe-plain.wasm");
        Random random = new Random(20_261_130);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = whole.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                changed[8 + random.nextInt(whole.length - 8)] = (byte) random.nextInt();
            }
            measure(changed);
        }
    }

    private static void measure(byte[] wasm) {
        try {
            assertThat(ModuleMeasure.of(wasm, BOUNDS)).isNotEmpty();
        } catch (ExcessException | MalformedModuleException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    private static void assertExceeds(byte[] wasm, Quantity quantity) {
        assertThatThrownBy(() -> ModuleMeasure.of(wasm, BOUNDS))
                .isInstanceOfSatisfying(
                        ExcessException.class,
                        excess -> assertThat(excess.quantity()).isEqualTo(quantity));
    }

    private static Arguments costly(Quantity quantity, long value, ModuleBytes module) {
        return Arguments.of(quantity, value, module.bytes());
    }

    private static ModuleBytes withTable() {
        return new ModuleBytes().tables(hex("01 70 00 0a"));
    }

    private static ModuleBytes manyParameters() {
        ModuleBytes module = new ModuleBytes().types(1, type(240, 0x7f, 0, 0));
        for (int i = 0; i < 1_000; i++) {
            module.function(4, NO_LOCALS, hex(""));
        }
        return module;
    }

    private static ModuleBytes equalTypes() {
        ModuleBytes module = new ModuleBytes().types(1_000, type(2, 0x7f, 1, 0x7f));
        for (int i = 0; i < 1_000; i++) {
            module.function(4 + i, NO_LOCALS, hex("41 00"));
        }
        return module;
    }

    private static ModuleBytes nested(int depth, String opening) {
        return new ModuleBytes().code(repeat(depth, hex(opening)), repeat(depth, hex("0b")));
    }

    private static ModuleBytes branchTable(int functions, int entries) {
        byte[] code = cat(hex("41 00 0e"), number(entries), repeat(entries + 1, hex("00")));
        return new ModuleBytes().functions(functions, NO_LOCALS, code);
    }

    /** Two bytes move 250 values. */
    private static ModuleBytes wideCalls() {
        return new ModuleBytes()
                .types(1, type(0, 0, 250, 0x7f))
                .types(1, type(250, 0x7f, 0, 0))
                .function(4, NO_LOCALS, hex("00"))
                .function(5, NO_LOCALS, hex(""))
                .functions(20, NO_LOCALS, repeat(500, hex("10 05 10 06 10 05 10 06")));
    }

    private static ModuleBytes wideBlocks() {
        return new ModuleBytes()
                .types(1, type(0, 0, 250, 0x7f))
                .functions(1, NO_LOCALS, cat(repeat(10_000, hex("02 04 00 0b")), hex("00")));
    }

    /** Each entry of a branch table unwinds a stack of a thousand values. */
    private static ModuleBytes unwinding() {
        byte[] code = cat(repeat(1_000, hex("41 00")), hex("41 00 0e"), number(2_000), repeat(2_001, hex("00")));
        return new ModuleBytes().functions(3, NO_LOCALS, code);
    }

    private static byte[] read(String resource) throws Exception {
        try (InputStream in = Objects.requireNonNull(ModuleMeasureTests.class.getResourceAsStream(resource))) {
            return in.readAllBytes();
        }
    }
}
