package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads bincode: little-endian, lengths of eight bytes, tags of four. Every length is checked before it is used. */
final class BincodeReader {

    private static final int ID_BYTES = 32;

    private final ByteBuffer rest;
    private final String what;

    /** A reader of these bytes; {@code what} names them in error messages. */
    BincodeReader(byte[] bytes, String what) {
        this.rest = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.what = what;
    }

    /** Reads the number of a variant, 0 to {@code last}. */
    int tag(int last, String type) {
        int tag = require(Integer.BYTES, type).getInt();
        if (tag < 0 || tag > last) {
            throw GuestFaultException.malformed(
                    what + " has " + type + " " + Integer.toUnsignedString(tag) + "; known are 0 to " + last);
        }
        return tag;
    }

    boolean flag(String type) {
        byte flag = require(1, type).get();
        if (flag != 0 && flag != 1) {
            throw GuestFaultException.malformed(what + " has " + type + " " + (flag & 0xff) + "; known are 0 and 1");
        }
        return flag == 1;
    }

    Bytes bytes(String type) {
        byte[] bytes = new byte[length(1, type)];
        rest.get(bytes);
        return Bytes.wrap(bytes);
    }

    /** Reads text of at most {@code maxLength} characters and cuts the rest; malformed UTF-8 is replaced. */
    String text(int maxLength, String type) {
        int length = length(1, type);
        byte[] head = new byte[(int) Math.min(length, 4L * maxLength)];
        rest.get(head).position(rest.position() + length - head.length);
        String text = new String(head, StandardCharsets.UTF_8);
        return text.length() <= maxLength ? text : text.substring(0, maxLength) + "...";
    }

    ContractInstanceId id() {
        byte[] id = new byte[ID_BYTES];
        require(ID_BYTES, "an id").get(id);
        return new ContractInstanceId(Bytes.wrap(id));
    }

    /** Reads a list whose elements take at least {@code minBytes} bytes each. */
    <T> List<T> list(int minBytes, String type, Function<BincodeReader, T> element) {
        int count = length(minBytes, type);
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(element.apply(this));
        }
        return list;
    }

    private int length(int minBytes, String type) {
        long length = require(Long.BYTES, type).getLong();
        if (length < 0 || length > rest.remaining() / minBytes) {
            throw GuestFaultException.malformed(what + " has " + type + " of length " + Long.toUnsignedString(length)
                    + " where " + rest.remaining() + " bytes are left");
        }
        return (int) length;
    }

    private ByteBuffer require(int bytes, String type) {
        if (rest.remaining() < bytes) {
            throw GuestFaultException.malformed(what + " ends within " + type);
        }
        return rest;
    }
}
