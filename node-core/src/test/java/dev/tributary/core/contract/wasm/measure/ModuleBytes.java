package dev.tributary.core.contract.wasm.measure;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a contract in binary, with all exports that a contract needs, and with as much of anything as a test wants.
 * Types 0 to 3 and functions 0 to 4 are those of the exports; further ones follow. A type without values is number 3.
 */
public final class ModuleBytes {

    /** Number of the type of a function without parameters and results. */
    public static final int EMPTY_TYPE = 3;

    private static final byte[] HEADER = hex("0061736d 01000000");
    private static final List<String> EXPORTS =
            List.of("__frnt__initiate_buffer", "validate_state", "update_state", "summarize_state", "get_state_delta");
    private static final int[] EXPORT_TYPES = {0, 1, 1, 2, 1};

    private final List<byte[]> types = new ArrayList<>();
    private final List<byte[]> functions = new ArrayList<>();
    private final List<byte[]> bodies = new ArrayList<>();
    private final List<byte[]> globals = new ArrayList<>();
    private final List<byte[]> exports = new ArrayList<>();
    private final List<byte[]> data = new ArrayList<>();
    private byte @Nullable [] tables;
    private byte @Nullable [] elements;
    private byte @Nullable [] start;
    private byte[] memories = cat(hex("01 00"), number(2));
    private byte[] tail = {};

    public ModuleBytes() {
        types.add(type(1, 0x7f, 1, 0x7e));
        types.add(type(3, 0x7e, 1, 0x7e));
        types.add(type(2, 0x7e, 1, 0x7e));
        types.add(type(0, 0, 0, 0));
        exports.add(cat(name("memory"), hex("02 00")));
        for (int i = 0; i < EXPORTS.size(); i++) {
            function(EXPORT_TYPES[i], hex("00"), hex("42 00"));
            exports.add(cat(name(EXPORTS.get(i)), new byte[] {0, (byte) i}));
        }
    }

    /** Adds types, all alike. */
    public ModuleBytes types(int count, byte[] type) {
        types.addAll(Collections.nCopies(count, type));
        return this;
    }

    /** Adds a function; its locals are encoded, and its code is without the end. */
    public ModuleBytes function(int type, byte[] locals, byte[] code) {
        byte[] body = cat(locals, code, hex("0b"));
        functions.add(number(type));
        bodies.add(cat(number(body.length), body));
        return this;
    }

    /** Adds functions without parameters and results. */
    public ModuleBytes functions(int count, byte[] locals, byte[] code) {
        for (int i = 0; i < count; i++) {
            function(EMPTY_TYPE, locals, code);
        }
        return this;
    }

    /** Adds one function with this code. */
    public ModuleBytes code(byte[]... parts) {
        return functions(1, hex("00"), cat(parts));
    }

    public ModuleBytes tables(byte[] section) {
        tables = section;
        return this;
    }

    public ModuleBytes memories(byte[] section) {
        memories = section;
        return this;
    }

    public ModuleBytes globals(int count) {
        globals.addAll(Collections.nCopies(count, hex("7f 01 41 00 0b")));
        return this;
    }

    public ModuleBytes exports(int count) {
        for (int i = 0; i < count; i++) {
            exports.add(cat(name("e" + i), hex("00 01")));
        }
        return this;
    }

    public ModuleBytes start(int function) {
        start = number(function);
        return this;
    }

    public ModuleBytes elements(byte[] section) {
        elements = section;
        return this;
    }

    public ModuleBytes data(int count, byte[] segment) {
        data.addAll(Collections.nCopies(count, segment));
        return this;
    }

    /** Adds bytes after the last section. */
    public ModuleBytes tail(byte[] bytes) {
        tail = bytes;
        return this;
    }

    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(HEADER);
        out.writeBytes(section(1, vector(types)));
        out.writeBytes(section(3, vector(functions)));
        write(out, 4, tables);
        out.writeBytes(section(5, memories));
        write(out, 6, globals.isEmpty() ? null : vector(globals));
        out.writeBytes(section(7, vector(exports)));
        write(out, 8, start);
        write(out, 9, elements);
        out.writeBytes(section(10, vector(bodies)));
        write(out, 11, data.isEmpty() ? null : vector(data));
        out.writeBytes(tail);
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, int id, byte @Nullable [] content) {
        if (content != null) {
            out.writeBytes(section(id, content));
        }
    }

    /** A type of functions with this number of parameters and results. */
    public static byte[] type(int parameters, int parameter, int results, int result) {
        return cat(
                hex("60"),
                number(parameters),
                repeat(parameters, new byte[] {(byte) parameter}),
                number(results),
                repeat(results, new byte[] {(byte) result}));
    }

    /** This number of locals of 32 bits, in one group. */
    public static byte[] locals(long count) {
        return cat(hex("01"), number(count), hex("7f"));
    }

    public static byte[] section(int id, byte[] content) {
        return cat(new byte[] {(byte) id}, number(content.length), content);
    }

    public static byte[] vector(List<byte[]> entries) {
        return cat(number(entries.size()), cat(entries.toArray(byte[][]::new)));
    }

    public static byte[] name(String text) {
        return cat(number(text.length()), text.getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] repeat(int count, byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    /** An unsigned number in the encoding of modules. */
    public static byte[] number(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long rest = value;
        while (rest >>> 7 != 0) {
            out.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
        return out.toByteArray();
    }

    public static byte[] cat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    public static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }
}
