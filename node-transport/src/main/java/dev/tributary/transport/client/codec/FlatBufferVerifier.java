package dev.tributary.transport.client.codec;

import dev.tributary.transport.client.codec.FlatBufferShape.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Checks a whole buffer before generated code reads it: every table, offset, length, alignment and string, that what is
 * required is there, and that a union has its tag. A tag that the schema does not know is left for the reader to
 * refuse. Tables may share what they point to, but not so often that a small buffer reads as a large message.
 */
final class FlatBufferVerifier {

    /** Far more than any client sends: what it allows takes a few megabytes once it is read. */
    static final int MAX_TABLES = 65_536;

    /** How many times its own size a buffer may be read as, and how much more if it is small. */
    private static final int SHARING = 2;

    private static final int SHARING_FLOOR = 1024;

    private static final int OFFSET = Integer.BYTES;
    private static final int SLOT = Short.BYTES;

    /** A vtable begins with its own size and that of its table. */
    private static final int VTABLE_HEADER = 2 * SLOT;

    private final ByteBuffer in;
    private final int size;
    private long budget;
    private int tables;

    private FlatBufferVerifier(byte[] message) {
        this.in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        this.size = message.length;
        this.budget = (long) SHARING * size + SHARING_FLOOR;
    }

    /** Throws {@link ClientDecodingException} unless the message is a sound buffer with this root. */
    static void verify(byte[] message, FlatBufferShape root) {
        FlatBufferVerifier verifier = new FlatBufferVerifier(message);
        verifier.table(verifier.follow(0, root.name()), root);
    }

    private void table(int at, FlatBufferShape shape) {
        String name = shape.name();
        if (++tables > MAX_TABLES) {
            throw ClientDecodingException.malformed(
                    name + ": there are more tables than the " + MAX_TABLES + " that are allowed");
        }
        spend(OFFSET, name);
        need(at, OFFSET, OFFSET, name);
        int vtable = need((long) at - in.getInt(at), SLOT, SLOT, name);
        int length = Short.toUnsignedInt(in.getShort(vtable));
        if (length < VTABLE_HEADER || length % SLOT != 0 || length > Short.MAX_VALUE) {
            throw ClientDecodingException.malformed(name + ": a vtable cannot have " + length + " bytes");
        }
        need(vtable, length, SLOT, name);
        int id = 0;
        for (Field field : shape.fields()) {
            boolean union = field.kind() == FlatBufferShape.Kind.UNION;
            int tag = union ? slot(at, vtable, length, id++) : 0;
            int value = slot(at, vtable, length, id++);
            if (union && (tag == 0) != (value == 0)) {
                throw ClientDecodingException.malformed(
                        label(shape, field) + " must have a type and a value, or neither");
            }
            if (value != 0) {
                field(shape, field, tag, value);
            } else if (field.mandatory()) {
                throw ClientDecodingException.malformed(label(shape, field) + " is required and missing");
            }
        }
    }

    /**
     * Where a field is, or 0 if it is absent: no field can be there, since every table begins with an offset. The
     * runtime takes 16 bits for a signed number, here and for a vtable's length; no honest table is so large.
     */
    private int slot(int table, int vtable, int length, int id) {
        int at = VTABLE_HEADER + SLOT * id;
        int offset = at + SLOT > length ? 0 : in.getShort(vtable + at);
        if (offset < 0) {
            throw ClientDecodingException.malformed(
                    "a field cannot be " + (offset & 0xffff) + " bytes away from the beginning of its table");
        }
        return offset == 0 ? 0 : table + offset;
    }

    private void field(FlatBufferShape shape, Field field, int tag, int at) {
        String label = label(shape, field);
        switch (field.kind()) {
            case BOOL -> need(at, 1, 1, label);
            case UINT -> need(at, Integer.BYTES, Integer.BYTES, label);
            case BYTES -> vector(at, 1, label);
            case STRING -> string(at, label);
            case TABLE -> table(follow(at, label), field.targets().get(0));
            case TABLES -> tables(at, field.targets().get(0), label);
            case UNION -> union(field, tag, at, label);
        }
    }

    private void union(Field field, int tagAt, int at, String label) {
        int tag = Byte.toUnsignedInt(in.get(need(tagAt, 1, 1, label)));
        int value = follow(at, label);
        if (tag > 0 && tag <= field.targets().size()) {
            table(value, field.targets().get(tag - 1));
        }
    }

    private void tables(int at, FlatBufferShape target, String label) {
        int start = vector(at, OFFSET, label);
        int count = in.getInt(start - OFFSET);
        for (int i = 0; i < count; i++) {
            table(follow(start + i * OFFSET, label), target);
        }
    }

    private void string(int at, String label) {
        int start = vector(at, 1, label);
        int length = in.getInt(start - OFFSET);
        if (in.get(need((long) start + length, 1, 1, label)) != 0) {
            throw ClientDecodingException.malformed(label + " is not terminated with a zero");
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(in.slice(start, length));
        } catch (CharacterCodingException e) {
            throw ClientDecodingException.malformed(label + " is not valid UTF-8");
        }
    }

    /** Where the elements of the vector begin that the offset here leads to. */
    private int vector(int at, int element, String label) {
        int start = need(follow(at, label), OFFSET, OFFSET, label) + OFFSET;
        long bytes = Integer.toUnsignedLong(in.getInt(start - OFFSET)) * element;
        if (bytes > size - start) {
            throw ClientDecodingException.malformed(
                    label + " claims " + bytes + " bytes, and " + (size - start) + " are left");
        }
        spend(OFFSET + bytes, label);
        return start;
    }

    private int follow(int at, String label) {
        need(at, OFFSET, OFFSET, label);
        return need(at + Integer.toUnsignedLong(in.getInt(at)), OFFSET, OFFSET, label);
    }

    private int need(long at, int bytes, int alignment, String label) {
        if (at < 0 || at > size - bytes) {
            throw ClientDecodingException.malformed(
                    label + ": " + bytes + " bytes at " + at + " are outside of the " + size + " bytes that there are");
        }
        if (at % alignment != 0) {
            throw ClientDecodingException.malformed(label + ": " + at + " is not a multiple of " + alignment);
        }
        return (int) at;
    }

    private void spend(long bytes, String label) {
        budget -= bytes;
        if (budget < 0) {
            throw ClientDecodingException.malformed(label + ": too much of the buffer is used more than once");
        }
    }

    private static String label(FlatBufferShape shape, Field field) {
        return shape.name() + "." + field.name();
    }
}
