package dev.tributary.transport.client.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Verifies a complete buffer before generated code reads it: every table, offset, length, alignment and string, the
 * presence of required fields, and the tags of unions. Unknown tags are left to the reader. Tables may share values,
 * but only up to a limit, so that a small buffer cannot decode to a large message.
 */
final class FlatBufferVerifier {

    /** Maximum number of tables, far above what clients send; decoded, they take a few megabytes. */
    static final int MAX_TABLES = 65_536;

    /** Maximum ratio of bytes read to the size of the buffer; {@link #SHARING_FLOOR} bytes are allowed in addition. */
    private static final int SHARING = 2;

    private static final int SHARING_FLOOR = 1024;

    private static final int OFFSET = Integer.BYTES;
    private static final int SLOT = Short.BYTES;

    /** Size of a vtable header in bytes: the size of the vtable and the size of its table. */
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

    /** Throws {@link ClientDecodingException} unless the message is a valid buffer with this root table. */
    static void verify(byte[] message, TableSchema root) {
        FlatBufferVerifier verifier = new FlatBufferVerifier(message);
        verifier.table(verifier.follow(0, root.name()), root);
    }

    private void table(int position, TableSchema shape) {
        String name = shape.name();
        if (++tables > MAX_TABLES) {
            throw ClientDecodingException.malformed(
                    name + ": the buffer has more than the maximum of " + MAX_TABLES + " tables");
        }
        spend(OFFSET, name);
        require(position, OFFSET, OFFSET, name);
        int vtable = require((long) position - in.getInt(position), SLOT, SLOT, name);
        int length = Short.toUnsignedInt(in.getShort(vtable));
        if (length < VTABLE_HEADER || length % SLOT != 0 || length > Short.MAX_VALUE) {
            throw ClientDecodingException.malformed(name + ": invalid vtable size of " + length + " bytes");
        }
        require(vtable, length, SLOT, name);
        int id = 0;
        for (TableField field : shape.fields()) {
            boolean union = field.kind() == TableField.Kind.UNION;
            int tag = union ? slot(position, vtable, length, id++) : 0;
            int value = slot(position, vtable, length, id++);
            if (union && (tag == 0) != (value == 0)) {
                throw ClientDecodingException.malformed(
                        label(shape, field) + " must have both a type and a value, or neither");
            }
            if (value != 0) {
                field(shape, field, tag, value);
            } else if (field.isRequired()) {
                throw ClientDecodingException.malformed(label(shape, field) + " is required but missing");
            }
        }
    }

    /**
     * Returns the position of a field, or 0 if it is absent: a table begins with the offset of its vtable,
     * so no field has offset 0. The runtime reads field offsets and vtable sizes as signed 16-bit numbers; no valid
     * table is that large.
     */
    private int slot(int table, int vtable, int length, int id) {
        int entry = VTABLE_HEADER + SLOT * id;
        int offset = entry + SLOT > length ? 0 : in.getShort(vtable + entry);
        if (offset < 0) {
            throw ClientDecodingException.malformed(
                    "invalid field offset of " + (offset & 0xffff) + " bytes from the beginning of its table");
        }
        return offset == 0 ? 0 : table + offset;
    }

    private void field(TableSchema shape, TableField field, int tag, int position) {
        String label = label(shape, field);
        switch (field.kind()) {
            case BOOL -> require(position, 1, 1, label);
            case UINT -> require(position, Integer.BYTES, Integer.BYTES, label);
            case BYTES -> vector(position, 1, label);
            case STRING -> string(position, label);
            case TABLE -> table(follow(position, label), field.tables().get(0));
            case TABLE_VECTOR -> tables(position, field.tables().get(0), label);
            case UNION -> union(field, tag, position, label);
        }
    }

    private void union(TableField field, int tagPosition, int position, String label) {
        int tag = Byte.toUnsignedInt(in.get(require(tagPosition, 1, 1, label)));
        int value = follow(position, label);
        if (tag > 0 && tag <= field.tables().size()) {
            table(value, field.tables().get(tag - 1));
        }
    }

    private void tables(int position, TableSchema target, String label) {
        int start = vector(position, OFFSET, label);
        int count = in.getInt(start - OFFSET);
        for (int i = 0; i < count; i++) {
            table(follow(start + i * OFFSET, label), target);
        }
    }

    private void string(int position, String label) {
        int start = vector(position, 1, label);
        int length = in.getInt(start - OFFSET);
        if (in.get(require((long) start + length, 1, 1, label)) != 0) {
            throw ClientDecodingException.malformed(label + " is not zero-terminated");
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(in.slice(start, length));
        } catch (CharacterCodingException e) {
            throw ClientDecodingException.malformed(label + " is not valid UTF-8");
        }
    }

    /** Follows the offset at this position and returns the start of the vector's elements. */
    private int vector(int position, int element, String label) {
        int start = require(follow(position, label), OFFSET, OFFSET, label) + OFFSET;
        long bytes = Integer.toUnsignedLong(in.getInt(start - OFFSET)) * element;
        if (bytes > size - start) {
            throw ClientDecodingException.malformed(
                    label + " declares " + bytes + " bytes, and " + (size - start) + " are available");
        }
        spend(OFFSET + bytes, label);
        return start;
    }

    private int follow(int position, String label) {
        require(position, OFFSET, OFFSET, label);
        return require(position + Integer.toUnsignedLong(in.getInt(position)), OFFSET, OFFSET, label);
    }

    private int require(long position, int bytes, int alignment, String label) {
        if (position < 0 || position > size - bytes) {
            throw ClientDecodingException.malformed(label + ": " + bytes + " bytes at " + position
                    + " are outside of the buffer of " + size + " bytes");
        }
        if (position % alignment != 0) {
            throw ClientDecodingException.malformed(label + ": " + position + " is not a multiple of " + alignment);
        }
        return (int) position;
    }

    private void spend(long bytes, String label) {
        budget -= bytes;
        if (budget < 0) {
            throw ClientDecodingException.malformed(label + ": too much of the buffer is shared");
        }
    }

    private static String label(TableSchema shape, TableField field) {
        return shape.name() + "." + field.name();
    }
}
