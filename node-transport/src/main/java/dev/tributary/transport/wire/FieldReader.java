package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the fields of one message in a buffer and reads them in any order, never past their ends. Every complaint is a
 * {@link ProtocolException} that names the field. Nothing is allocated for a length before the length is known to be
 * there. Made to be used again for the next message, by one thread.
 */
final class FieldReader {

    /** The size of ids, hashes and other names. */
    static final int NAME = 32;

    /** What a contact takes besides its host: id, port, and the host's length. */
    static final int CONTACT = NAME + 3;

    /** The size of one offered copy: contract, digest and size. */
    static final int HELD = 2 * NAME + 4;

    private static final int ABSENT = -1;

    private final int[] starts = new int[Field.END];
    private final int[] lengths = new int[Field.END];
    private ByteBuf in = Unpooled.EMPTY_BUFFER;

    /** Takes in all fields from the buffer's reader index to its end. The values are read from it afterwards. */
    FieldReader scan(ByteBuf buffer) {
        in = buffer;
        Arrays.fill(starts, ABSENT);
        int at = buffer.readerIndex();
        int end = buffer.writerIndex();
        while (at < end) {
            if (end - at < Field.HEADER) {
                throw new ProtocolException("a field header is cut off after " + (end - at) + " bytes");
            }
            int number = buffer.getUnsignedByte(at);
            long length = buffer.getUnsignedInt(at + 1);
            at += Field.HEADER;
            if (length > end - at) {
                throw new ProtocolException("field " + number + " claims " + length + " bytes of " + (end - at));
            }
            note(number, at, (int) length);
            at += (int) length;
        }
        return this;
    }

    private void note(int number, int start, int length) {
        if (number >= Field.END) {
            return;
        }
        if (starts[number] != ABSENT) {
            throw new ProtocolException("field " + number + " occurs twice");
        }
        starts[number] = start;
        lengths[number] = length;
    }

    boolean has(Field field) {
        return starts[field.number()] != ABSENT;
    }

    int u8(Field field) {
        return in.getUnsignedByte(start(field, 1));
    }

    long u32(Field field) {
        return in.getUnsignedInt(start(field, 4));
    }

    /** A number that fits into an int: larger ones are refused. */
    int u31(Field field) {
        int value = in.getInt(start(field, 4));
        if (value < 0) {
            throw new ProtocolException(field.label() + " must be below 2147483648");
        }
        return value;
    }

    long u64(Field field) {
        return in.getLong(start(field, 8));
    }

    /** A copy of the field's bytes. */
    Bytes bytes(Field field, int limit) {
        int start = start(field);
        byte[] copy = new byte[WireLimits.require(field.label(), lengths[field.number()], limit)];
        in.getBytes(start, copy);
        return Bytes.wrap(copy);
    }

    Bytes name(Field field) {
        start(field, NAME);
        return bytes(field, NAME);
    }

    /** One line for a human: what is not UTF-8, or would break the line, is replaced. */
    String line(Field field, int limit) {
        StringBuilder text = new StringBuilder(bytes(field, limit).toUtf8());
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                text.setCharAt(i, '?');
            }
        }
        return text.toString();
    }

    List<PeerId> peers(Field field, int limit) {
        int start = start(field);
        int length = lengths[field.number()];
        if (length % NAME != 0 || length / NAME > limit) {
            throw new ProtocolException(field.label() + " must be at most " + limit + " peer ids of " + NAME
                    + " bytes each, not " + length + " bytes");
        }
        List<PeerId> peers = new ArrayList<>(length / NAME);
        for (int at = start; at < start + length; at += NAME) {
            peers.add(new PeerId(nameAt(at)));
        }
        return peers;
    }

    List<PeerContact> contacts(Field field, int limit) {
        int at = start(field);
        int end = at + lengths[field.number()];
        List<PeerContact> contacts = new ArrayList<>();
        while (at < end) {
            int host = end - at < CONTACT ? 0 : in.getUnsignedByte(at + CONTACT - 1);
            if (host == 0 || host > end - at - CONTACT || contacts.size() == limit) {
                throw new ProtocolException(
                        field.label() + " must be at most " + limit + " contacts of a peer id, a port and a host each");
            }
            contacts.add(contact(field, at, host));
            at += CONTACT + host;
        }
        return contacts;
    }

    private PeerContact contact(Field field, int at, int hostLength) {
        String host = in.toString(at + CONTACT, hostLength, StandardCharsets.UTF_8);
        try {
            PeerAddress address = new PeerAddress(host, in.getUnsignedShort(at + NAME));
            return new PeerContact(address, new PeerId(nameAt(at)));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(field.label() + ": " + e.getMessage());
        }
    }

    List<Hosting.Held> held(Field field) {
        int start = start(field);
        int length = lengths[field.number()];
        if (length % HELD != 0 || length / HELD > Hosting.Offer.MAX) {
            throw new ProtocolException(field.label() + " must be at most " + Hosting.Offer.MAX + " of " + HELD
                    + " bytes each, not " + length + " bytes");
        }
        Set<ContractInstanceId> seen = new HashSet<>();
        List<Hosting.Held> held = new ArrayList<>(length / HELD);
        for (int at = start; at < start + length; at += HELD) {
            ContractInstanceId id = new ContractInstanceId(nameAt(at));
            int bytes = in.getInt(at + 2 * NAME);
            if (bytes < 0) {
                throw new ProtocolException("the size of a held copy must be below 2147483648");
            }
            if (!seen.add(id)) {
                throw new ProtocolException("contract " + id + " is offered twice");
            }
            held.add(new Hosting.Held(id, new StateDigest(nameAt(at + NAME)), bytes));
        }
        return held;
    }

    List<Hosting.Verdict> verdicts(Field field) {
        int start = start(field);
        int length = WireLimits.require(field.label(), lengths[field.number()], Hosting.Offer.MAX);
        List<Hosting.Verdict> verdicts = new ArrayList<>(length);
        for (int at = start; at < start + length; at++) {
            verdicts.add(Hosting.Verdict.ofNumber(in.getUnsignedByte(at)));
        }
        return verdicts;
    }

    List<ContractInstanceId> ids(Field field, int limit) {
        int start = start(field);
        int length = lengths[field.number()];
        if (length == 0 || length % NAME != 0 || length / NAME > limit) {
            throw new ProtocolException(
                    field.label() + " must be 1.." + limit + " of " + NAME + " bytes each, not " + length + " bytes");
        }
        List<ContractInstanceId> ids = new ArrayList<>(length / NAME);
        for (int at = start; at < start + length; at += NAME) {
            ids.add(new ContractInstanceId(nameAt(at)));
        }
        return ids;
    }

    /** One change or more, at most so many, of at most so many bytes together. */
    List<StateChange> changes(Field field, int most, int limit) {
        int at = start(field);
        int end = at + lengths[field.number()];
        long bytes = 0;
        List<StateChange> changes = new ArrayList<>();
        while (at < end || changes.isEmpty()) {
            if (changes.size() == most) {
                throw new ProtocolException("at most " + most + " " + field.label());
            }
            ChangeKind kind = ChangeKind.ofNumber(at < end ? in.getUnsignedByte(at++) : 0);
            List<Bytes> parts = new ArrayList<>(2);
            for (int part = 0; part < kind.count(); part++) {
                long length = end - at < Integer.BYTES ? Long.MAX_VALUE : in.getUnsignedInt(at);
                at += Integer.BYTES;
                if (length > end - at) {
                    throw new ProtocolException(field.label() + " are cut off");
                }
                bytes += length;
                WireLimits.require(field.label(), bytes, limit);
                byte[] copy = new byte[(int) length];
                in.getBytes(at, copy);
                parts.add(Bytes.wrap(copy));
                at += (int) length;
            }
            changes.add(kind.change(parts));
        }
        return changes;
    }

    private Bytes nameAt(int at) {
        byte[] name = new byte[NAME];
        in.getBytes(at, name);
        return Bytes.wrap(name);
    }

    private int start(Field field, int length) {
        int start = start(field);
        if (lengths[field.number()] != length) {
            throw new ProtocolException(
                    field.label() + " must have " + length + " bytes, not " + lengths[field.number()]);
        }
        return start;
    }

    private int start(Field field) {
        int start = starts[field.number()];
        if (start == ABSENT) {
            throw new ProtocolException(field.label() + " is missing");
        }
        return start;
    }
}
