package dev.tributary.core.contract.wasm;

import java.io.ByteArrayOutputStream;

/**
 * Removes parts of a measured module: its custom sections, which the engine would parse for nothing, and the content of
 * its function bodies, which is not needed after compilation. All else is kept.
 */
final class FunctionBodies {

    private static final int HEADER_BYTES = 8;
    private static final int CUSTOM_SECTION = 0;
    private static final int CODE_SECTION = 10;

    /** A function body: its length of three bytes, no locals, unreachable, end. */
    private static final byte[] EMPTY_BODY = {3, 0, 0, 0x0b};

    private final byte[] wasm;
    private final ByteArrayOutputStream out;
    private int position = HEADER_BYTES;

    private FunctionBodies(byte[] wasm) {
        this.wasm = wasm;
        this.out = new ByteArrayOutputStream(wasm.length / 4 + HEADER_BYTES);
    }

    /** The module without custom sections, and with empty function bodies. */
    static byte[] strip(byte[] wasm) {
        return new FunctionBodies(wasm).copy(true);
    }

    /** The module without custom sections. */
    static byte[] withoutCustomSections(byte[] wasm) {
        return new FunctionBodies(wasm).copy(false);
    }

    private byte[] copy(boolean emptiesBodies) {
        out.write(wasm, 0, HEADER_BYTES);
        while (position < wasm.length) {
            int id = wasm[position++];
            int size = readNumber();
            int end = position + size;
            if (id == CODE_SECTION && emptiesBodies) {
                writeCode(readNumber());
            } else if (id != CUSTOM_SECTION) {
                out.write(id);
                writeNumber(size);
                out.write(wasm, position, size);
            }
            position = end;
        }
        return out.toByteArray();
    }

    private void writeCode(int count) {
        out.write(CODE_SECTION);
        writeNumber(widthOf(count) + count * EMPTY_BODY.length);
        writeNumber(count);
        for (int i = 0; i < count; i++) {
            out.writeBytes(EMPTY_BODY);
        }
    }

    private static int widthOf(int number) {
        return Math.max(1, (38 - Integer.numberOfLeadingZeros(number)) / 7);
    }

    private int readNumber() {
        int number = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = wasm[position++];
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
