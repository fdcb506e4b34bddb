package dev.tributary.core.contract.wasm.measure;

import java.util.Arrays;
import run.endive.wasm.types.OpCode;

/** How each allowed instruction is encoded and how it changes the height of the operand stack. */
final class Opcodes {

    static final int UNREACHABLE = 0x00;
    static final int BLOCK = 0x02;
    static final int LOOP = 0x03;
    static final int IF = 0x04;
    static final int ELSE = 0x05;
    static final int END = 0x0b;
    static final int BR = 0x0c;
    static final int BR_IF = 0x0d;
    static final int BR_TABLE = 0x0e;
    static final int RETURN = 0x0f;
    static final int CALL = 0x10;
    static final int CALL_INDIRECT = 0x11;
    private static final int SELECT_TYPED = 0x1c;
    private static final int PREFIX = 0xfc;

    /** Marks an opcode that is not a plain instruction. */
    private static final int NONE = Integer.MIN_VALUE;

    private static final int[] CHANGES = changes();

    /** Changes of the stack by the instructions after the prefix: from saturating truncation to table.fill. */
    private static final int[] PREFIXED_CHANGES = {0, 0, 0, 0, 0, 0, 0, 0, -3, 0, -3, -3, -3, 0, -3, -1, 1, -3};

    /** Number of immediate numbers of the instructions after the prefix. */
    private static final int[] PREFIXED_NUMBERS = {0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1};

    private Opcodes() {}

    /** Skips the immediates of an instruction without control flow; returns its change of the stack's height. */
    static int skip(int opcode, ByteCursor code) throws MalformedModuleException {
        if (opcode == PREFIX) {
            return skipPrefixed(code);
        }
        int change = CHANGES[opcode];
        if (change == NONE) {
            throw unsupported(opcode);
        }
        skipImmediates(opcode, code);
        return change;
    }

    /** Skips a value type, which is one byte, or more for a typed reference. */
    static void skipValueType(ByteCursor code) throws MalformedModuleException {
        int type = code.readByte();
        if (type == 0x63 || type == 0x64) {
            code.skipNumber(5);
        }
    }

    private static void skipImmediates(int opcode, ByteCursor code) throws MalformedModuleException {
        if (opcode >= 0x28 && opcode <= 0x3e) {
            if (code.readUnsigned() >= 0x40) {
                throw new MalformedModuleException("it uses several memories, which is not supported");
            }
            code.skipNumber(5);
        } else if ((opcode >= 0x20 && opcode <= 0x26) || opcode == 0x3f || opcode == 0x40 || opcode == 0xd2) {
            code.skipNumber(5);
        } else if (opcode == 0x41 || opcode == 0xd0) {
            code.skipNumber(5);
        } else if (opcode == 0x42) {
            code.skipNumber(10);
        } else if (opcode == 0x43) {
            code.skip(4);
        } else if (opcode == 0x44) {
            code.skip(8);
        } else if (opcode == SELECT_TYPED) {
            for (int i = code.readCount(); i > 0; i--) {
                skipValueType(code);
            }
        }
    }

    private static int skipPrefixed(ByteCursor code) throws MalformedModuleException {
        long second = code.readUnsigned();
        if (second >= PREFIXED_CHANGES.length) {
            throw new MalformedModuleException("it uses the instruction 0xfc " + second + ", which is not supported");
        }
        for (int i = PREFIXED_NUMBERS[(int) second]; i > 0; i--) {
            code.skipNumber(5);
        }
        return PREFIXED_CHANGES[(int) second];
    }

    private static MalformedModuleException unsupported(int opcode) {
        OpCode known = OpCode.byOpCode(opcode);
        String name = known == null ? "0x" + Integer.toHexString(opcode) : known.toString();
        return new MalformedModuleException("it uses the instruction " + name
                + "; allowed are WebAssembly 1.0, sign extension, saturating conversions, bulk memory and reference"
                + " types");
    }

    private static int[] changes() {
        int[] changes = new int[256];
        Arrays.fill(changes, NONE);
        fill(changes, 0x01, 0x01, 0); // nop
        fill(changes, 0x1a, 0x1a, -1); // drop
        fill(changes, 0x1b, 0x1c, -2); // select
        fill(changes, 0x20, 0x20, 1); // local.get
        fill(changes, 0x21, 0x21, -1); // local.set
        fill(changes, 0x22, 0x22, 0); // local.tee
        fill(changes, 0x23, 0x23, 1); // global.get
        fill(changes, 0x24, 0x24, -1); // global.set
        fill(changes, 0x25, 0x25, 0); // table.get
        fill(changes, 0x26, 0x26, -2); // table.set
        fill(changes, 0x28, 0x35, 0); // loads
        fill(changes, 0x36, 0x3e, -2); // stores
        fill(changes, 0x3f, 0x3f, 1); // memory.size
        fill(changes, 0x40, 0x40, 0); // memory.grow
        fill(changes, 0x41, 0x44, 1); // constants
        fill(changes, 0x45, 0x45, 0); // i32.eqz
        fill(changes, 0x46, 0x4f, -1); // comparisons of i32
        fill(changes, 0x50, 0x50, 0); // i64.eqz
        fill(changes, 0x51, 0x66, -1); // other comparisons
        fill(changes, 0x67, 0x69, 0); // unary of i32
        fill(changes, 0x6a, 0x78, -1); // binary of i32
        fill(changes, 0x79, 0x7b, 0); // unary of i64
        fill(changes, 0x7c, 0x8a, -1); // binary of i64
        fill(changes, 0x8b, 0x91, 0); // unary of f32
        fill(changes, 0x92, 0x98, -1); // binary of f32
        fill(changes, 0x99, 0x9f, 0); // unary of f64
        fill(changes, 0xa0, 0xa6, -1); // binary of f64
        fill(changes, 0xa7, 0xc4, 0); // conversions and sign extension
        fill(changes, 0xd0, 0xd0, 1); // ref.null
        fill(changes, 0xd1, 0xd1, 0); // ref.is_null
        fill(changes, 0xd2, 0xd2, 1); // ref.func
        return changes;
    }

    private static void fill(int[] changes, int from, int to, int change) {
        Arrays.fill(changes, from, to + 1, change);
    }
}
