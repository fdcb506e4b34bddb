package dev.tributary.core.contract.wasm;

import java.io.ByteArrayOutputStream;

/** Takes the function bodies and the custom sections out of a valid module; what is left describes it as before. */
final class FunctionBodies {

    private static final int HEADER = 8;
    private static final int CUSTOM = 0;
    private static final int CODE = 10;

    /** Three bytes long: no locals, unreachable, end. */
    private static final byte[] EMPTY = {3, 0, 0, 0x0b};

    private final byte[] wasm;
    private final ByteArrayOutputStream out;
    private int at = HEADER;

    private FunctionBodies(byte[] wasm) {
        this.wasm = wasm;
        this.out = new ByteArrayOutputStream(wasm.length / 4 + HEADER);
    }

    static byte[] strip(byte[] wasm) {
        return new FunctionBodies(wasm).strip();
    }

    private byte[] strip() {
        out.write(wasm, 0, HEADER);
        while (at < wasm.length) {
            int id = wasm[at++];
            int size = number();
            int end = at + size;
            if (id == CODE) {
                writeCode(number());
            } else if (id != CUSTOM) {
                out.write(id);
                writeNumber(size);
                out.write(wasm, at, size);
            }
            at = end;
        }
        return out.toByteArray();
    }

    private void writeCode(int count) {
        out.write(CODE);
        writeNumber(widthOf(count) + count * EMPTY.length);
        writeNumber(count);
        for (int i = 0; i < count; i++) {
            out.writeBytes(EMPTY);
        }
    }

    private static int widthOf(int number) {
        return Math.max(1, (38 - Integer.numberOfLeadingZeros(number)) / 7);
    }

    private int number() {
        int number = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = wasm[at++];
            number |= (next & 0x7f) << shift;
            if (next >= 0) {
                return number;
            }
        }
    }

    private void writeNumber(int number) {
        int rest = number;
        while (rest >>> 7 != 0) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
