package dev.tributary.app.hostile;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Modules of hostile contracts: they have the functions that every contract has, and do harm in the first one that is called. */
enum HostileModule {
    /** Never returns. */
    SPINS("03 40 0c 00 0b 00", 0),
    /** Takes memory until there is none, and keeps it until its time ends. */
    GROWS("03 40 41 01 40 00 1a 0c 00 0b 00", 0),
    /** Calls itself without end. */
    RECURSES("20 00 10 00", 0),
    /** Has much code, which is admitted, and traps. */
    IS_DEAR_TO_COMPILE("00", 500);

    private static final List<String> NAMES =
            List.of("__frnt__initiate_buffer", "validate_state", "update_state", "summarize_state", "get_state_delta");

    /** The types of these functions, by number, and one without parameters and results. */
    private static final int[] TYPES = {0, 1, 1, 2, 1};

    private static final int NOTHING = 3;
    private static final int I32 = 0x7f;
    private static final int I64 = 0x7e;
    private static final int FUNCTION = 0x60;

    /** Number of instructions of a function that is dear to compile: i64.const, drop. */
    private static final int LENGTH = 400;

    private final String first;
    private final int functions;

    HostileModule(String first, int functions) {
        this.first = first;
        this.functions = functions;
    }

    /** A contract that no node has seen. */
    Contract contract() {
        byte[] name = new byte[16];
        ThreadLocalRandom.current().nextBytes(name);
        return Contract.of(ContractCode.of(Bytes.wrap(wasm())), new Parameters(Bytes.wrap(name)));
    }

    /** The module; one that is dear to compile is different each time. */
    private byte[] wasm() {
        Section types = new Section()
                .number(4)
                .bytes(FUNCTION, 1, I32, 1, I64)
                .bytes(FUNCTION, 3, I64, I64, I64, 1, I64)
                .bytes(FUNCTION, 2, I64, I64, 1, I64)
                .bytes(FUNCTION, 0, 0);
        Section declared = new Section().number(NAMES.size() + functions);
        Section code = new Section().number(NAMES.size() + functions);
        for (int i = 0; i < NAMES.size(); i++) {
            declared.number(TYPES[i]);
            code.sized(new Section().bytes(0).hex(i == 0 ? first : "42 00").bytes(0x0b));
        }
        for (int i = 0; i < functions; i++) {
            declared.number(NOTHING);
            code.sized(new Section().bytes(0).raw(instructions()).bytes(0x0b));
        }
        Section exports = new Section().number(NAMES.size() + 1).name("memory").bytes(2, 0);
        for (int i = 0; i < NAMES.size(); i++) {
            exports.name(NAMES.get(i)).bytes(0).number(i);
        }
        return new Section()
                .hex("00 61 73 6d 01 00 00 00")
                .bytes(1)
                .sized(types)
                .bytes(3)
                .sized(declared)
                .bytes(5)
                .sized(new Section().bytes(1, 0, 2))
                .bytes(7)
                .sized(exports)
                .bytes(10)
                .sized(code)
                .toBytes();
    }

    private static byte[] instructions() {
        Section body = new Section();
        for (int i = 0; i < LENGTH; i++) {
            body.bytes(0x42, ThreadLocalRandom.current().nextInt(0x40), 0x1a);
        }
        return body.toBytes();
    }

    /** Bytes of a module under construction. */
    private static final class Section {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Section bytes(int... values) {
            for (int value : values) {
                out.write(value);
            }
            return this;
        }

        Section raw(byte[] values) {
            out.writeBytes(values);
            return this;
        }

        Section hex(String text) {
            for (String each : text.split(" ", -1)) {
                out.write(Integer.parseInt(each, 16));
            }
            return this;
        }

        /** An unsigned number in the variable-length encoding. */
        Section number(int value) {
            int rest = value;
            while (rest > 0x7f) {
                out.write((rest & 0x7f) | 0x80);
                rest >>>= 7;
            }
            out.write(rest);
            return this;
        }

        Section name(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            return number(utf8.length).raw(utf8);
        }

        Section sized(Section content) {
            return number(content.out.size()).raw(content.toBytes());
        }

        byte[] toBytes() {
            return out.toByteArray();
        }
    }
}
