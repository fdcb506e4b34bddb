package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads bincode: little-endian, lengths of eight bytes, tags of four. Every length is checked before it is believed. */
final class BincodeReader {

    private static final int ID = 32;

    private final ByteBuffer rest;
    private final String what;

    /** A reader of these bytes; {@code what} names them in errors. */
    BincodeReader(byte[] bytes, String what) {
        this.rest = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.what = what;
    }

    /** The number of a variant, 0 to {@code last}. */
    int tag(int last, String type) {
        int tag = need(Integer.BYTES, type).getInt();
        if (tag < 0 || tag > last) {
            throw GuestFault.malformed(
                    what + " has " + type + " " + Integer.toUnsignedString(tag) + "; known are 0 to " + last);
        }
        return tag;
    }

    boolean flag(String type) {
        byte flag = need(1, type).get();
        if (flag != 0 && flag != 1) {
            throw GuestFault.malformed(what + " has " + type + " " + (flag & 0xff) + "; known are 0 and 1");
        }
        return flag == 1;
    }

    Bytes bytes(String type) {
        byte[] bytes = new byte[length(1, type)];
        rest.get(bytes);
        return Bytes.wrap(bytes);
    }

    /** Text, with replacement of what is no UTF-8, cut after so many characters. */
    String text(int most, String type) {
        int length = length(1, type);
        byte[] head = new byte[(int) Math.min(length, 4L * most)];
        rest.get(head).position(rest.position() + length - head.length);
        String text = new String(head, StandardCharsets.UTF_8);
        return text.length() <= most ? text : text.substring(0, most) + "...";
    }

    ContractInstanceId id() {
        byte[] id = new byte[ID];
        need(ID, "an id").get(id);
        return new ContractInstanceId(Bytes.wrap(id));
    }

    /** A list of elements that have at least {@code least} bytes each. */
    <T> List<T> list(int least, String type, Function<BincodeReader, T> element) {
        int count = length(least, type);
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(element.apply(this));
        }
        return list;
    }

    private int length(int least, String type) {
        long length = need(Long.BYTES, type).getLong();
        if (length < 0 || length > rest.remaining() / least) {
            throw GuestFault.malformed(what + " has " + type + " of length " + Long.toUnsignedString(length) + " where "
                    + rest.remaining() + " bytes are left");
        }
        return (int) length;
    }

    private ByteBuffer need(int bytes, String type) {
        if (rest.remaining() < bytes) {
            throw GuestFault.malformed(what + " ends within " + type);
        }
        return rest;
    }
}
