package dev.tributary.app.archive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A header of a tar file, as far as archives use it: short names and sizes below 8 GiB. Longer ones stand in extensions,
 * which are skipped, so the entry has another name and is refused.
 *
 * @param size of the content in bytes, 0 or more
 */
record TarHeader(String name, long size, byte type) {

    /** Size of a header, and unit of the content, in bytes. */
    static final int BLOCK = 512;

    private static final int NAME_BYTES = 100;
    private static final int SIZE_OFFSET = 124;
    private static final int SIZE_DIGITS = 11;
    private static final int SUM_OFFSET = 148;
    private static final int SUM_BYTES = 8;
    private static final int TYPE_OFFSET = 156;

    /** Directories, and the extensions of pax and GNU: nothing of an archive is in them. */
    private static final String SKIPPED = "5xgLK";

    /** Decodes a block; null if its checksum is wrong or a number malformed. A block of zeros is the end. */
    static @Nullable TarHeader decode(ByteBuffer block) {
        int sum = 0;
        boolean isZero = true;
        for (int i = 0; i < BLOCK; i++) {
            boolean isSum = i >= SUM_OFFSET && i < SUM_OFFSET + SUM_BYTES;
            sum += isSum ? ' ' : block.get(i) & 0xff;
            isZero &= block.get(i) == 0;
        }
        if (isZero) {
            return new TarHeader("", 0, (byte) 0);
        }
        long size = octal(block, SIZE_OFFSET, SIZE_DIGITS);
        if (octal(block, SUM_OFFSET, SUM_BYTES) != sum || size < 0) {
            return null;
        }
        String name = text(block);
        return new TarHeader(name.startsWith("./") ? name.substring(2) : name, size, block.get(TYPE_OFFSET));
    }

    boolean isEnd() {
        return type == 0 && name.isEmpty();
    }

    boolean isFile() {
        return type == '0' || type == 0;
    }

    boolean isSkipped() {
        return SKIPPED.indexOf(type) >= 0;
    }

    /** The size with the padding to the next header. */
    long paddedSize() {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    private static String text(ByteBuffer block) {
        byte[] bytes = new byte[NAME_BYTES];
        block.get(0, bytes);
        int length = 0;
        while (length < NAME_BYTES && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** The number, or -1 if it is malformed. */
    private static long octal(ByteBuffer block, int offset, int bytes) {
        long number = 0;
        boolean isOver = false;
        boolean isBegun = false;
        for (int i = offset; i < offset + bytes; i++) {
            byte digit = block.get(i);
            if (digit == ' ' || digit == 0) {
                isOver |= isBegun;
            } else if (isOver || digit < '0' || digit > '7') {
                return -1;
            } else {
                isBegun = true;
                number = number * 8 + (digit - '0');
            }
        }
        return isBegun ? number : -1;
    }
}
