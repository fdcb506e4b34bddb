package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.error.QuotedText;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the fields of one message in a buffer and reads them in any order, never beyond their ends. Every error is a
 * {@link ProtocolException} that names the field. Nothing is allocated before the length has been checked against the
 * available bytes. Reusable for the next message; not thread-safe.
 */
final class FieldReader {

    /** Size of ids and hashes in bytes. */
    static final int ID_SIZE = 32;

    /** Size of a contact without its host in bytes: id, port, and the length of the host. */
    static final int CONTACT_SIZE = ID_SIZE + 3;

    /** Size of one offered replica in bytes: contract id, digest and size. */
    static final int REPLICA_SIZE = 2 * ID_SIZE + 4;

    private static final int ABSENT = -1;

    private final int[] starts = new int[Field.BOUND];
    private final int[] lengths = new int[Field.BOUND];
    private ByteBuf in = Unpooled.EMPTY_BUFFER;

    /** Indexes all fields from the buffer's reader index to its end. The values are read from the buffer afterwards. */
    FieldReader scan(ByteBuf buffer) {
        in = buffer;
        Arrays.fill(starts, ABSENT);
        int position = buffer.readerIndex();
        int end = buffer.writerIndex();
        while (position < end) {
            if (end - position < Field.HEADER_SIZE) {
                throw new ProtocolException("a field header is cut off after " + (end - position) + " bytes");
            }
            int number = buffer.getUnsignedByte(position);
            long length = buffer.getUnsignedInt(position + 1);
            position += Field.HEADER_SIZE;
            if (length > end - position) {
                throw new ProtocolException("field " + number + " claims " + length + " bytes of " + (end - position));
            }
            index(number, position, (int) length);
            position += (int) length;
        }
        return this;
    }

    private void index(int number, int start, int length) {
        if (number >= Field.BOUND) {
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

    /** Reads a number that fits into a positive int; larger numbers are refused. */
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

    /** Returns a copy of the field's bytes. */
    Bytes bytes(Field field, int limit) {
        int start = start(field);
        byte[] copy = new byte[WireLimits.requireAtMost(field.label(), lengths[field.number()], limit)];
        in.getBytes(start, copy);
        return Bytes.wrap(copy);
    }

    Bytes id32(Field field) {
        start(field, ID_SIZE);
        return bytes(field, ID_SIZE);
    }

    /** Reads one line of text: invalid UTF-8 and control characters are replaced. */
    String line(Field field, int limit) {
        return line(bytes(field, limit).toUtf8());
    }

    /** Replaces characters that control a terminal or the order or end of a line. */
    static String line(CharSequence decoded) {
        return QuotedText.printable(decoded);
    }

    List<PeerId> peers(Field field, int limit) {
        int start = start(field);
        int length = lengths[field.number()];
        if (length % ID_SIZE != 0 || length / ID_SIZE > limit) {
            throw new ProtocolException(field.label() + " must be at most " + limit + " peer ids of " + ID_SIZE
                    + " bytes each, not " + length + " bytes");
        }
        List<PeerId> peers = new ArrayList<>(length / ID_SIZE);
        for (int position = start; position < start + length; position += ID_SIZE) {
            peers.add(new PeerId(nameAt(position)));
        }
        return peers;
    }

    /** Returns the field's bytes without a copy. */
    ByteBuf slice(Field field) {
        return in.slice(start(field), lengths[field.number()]);
    }

    /** Reads the replicas of an offer, and which of them are not confirmed. */
    List<Hosting.Replica> replicas(Field field, Field unconfirmed) {
        Set<Integer> positions = positions(unconfirmed);
        int start = start(field);
        int length = lengths[field.number()];
        if (length % REPLICA_SIZE != 0 || length / REPLICA_SIZE > Hosting.Offer.MAX) {
            throw new ProtocolException(field.label() + " must be at most " + Hosting.Offer.MAX + " of " + REPLICA_SIZE
                    + " bytes each, not " + length + " bytes");
        }
        Set<ContractInstanceId> seen = new HashSet<>();
        List<Hosting.Replica> held = new ArrayList<>(length / REPLICA_SIZE);
        for (int position = start; position < start + length; position += REPLICA_SIZE) {
            ContractInstanceId id = new ContractInstanceId(nameAt(position));
            int bytes = in.getInt(position + 2 * ID_SIZE);
            if (bytes < 0) {
                throw new ProtocolException("the size of a held replica must be below 2147483648");
            }
            if (!seen.add(id)) {
                throw new ProtocolException("contract " + id + " is offered twice");
            }
            boolean isConfirmed = !positions.contains(held.size());
            held.add(new Hosting.Replica(id, new StateDigest(nameAt(position + ID_SIZE)), bytes, isConfirmed));
        }
        return held;
    }

    /** Reads positions in an offer; none if the field is absent. */
    Set<Integer> positions(Field field) {
        Set<Integer> positions = new HashSet<>();
        if (has(field)) {
            int start = start(field);
            int length = WireLimits.requireAtMost(field.label(), lengths[field.number()], Hosting.Offer.MAX);
            for (int position = start; position < start + length; position++) {
                positions.add((int) in.getUnsignedByte(position));
            }
        }
        return positions;
    }

    List<Hosting.Verdict> verdicts(Field field) {
        int start = start(field);
        int length = WireLimits.requireAtMost(field.label(), lengths[field.number()], Hosting.Offer.MAX);
        List<Hosting.Verdict> verdicts = new ArrayList<>(length);
        for (int position = start; position < start + length; position++) {
            verdicts.add(Hosting.Verdict.ofNumber(in.getUnsignedByte(position)));
        }
        return verdicts;
    }

    List<ContractInstanceId> ids(Field field, int limit) {
        int start = start(field);
        int length = lengths[field.number()];
        if (length == 0 || length % ID_SIZE != 0 || length / ID_SIZE > limit) {
            throw new ProtocolException(field.label() + " must be 1.." + limit + " of " + ID_SIZE + " bytes each, not "
                    + length + " bytes");
        }
        List<ContractInstanceId> ids = new ArrayList<>(length / ID_SIZE);
        for (int position = start; position < start + length; position += ID_SIZE) {
            ids.add(new ContractInstanceId(nameAt(position)));
        }
        return ids;
    }

    /** Reads 1 to {@code maxCount} changes, of at most {@code maxBytes} in total. */
    List<StateChange> changes(Field field, int maxCount, int maxBytes) {
        int position = start(field);
        int end = position + lengths[field.number()];
        long bytes = 0;
        List<StateChange> changes = new ArrayList<>();
        while (position < end || changes.isEmpty()) {
            if (changes.size() == maxCount) {
                throw new ProtocolException("at most " + maxCount + " " + field.label());
            }
            ChangeKind kind = ChangeKind.ofNumber(position < end ? in.getUnsignedByte(position++) : 0);
            List<Bytes> parts = new ArrayList<>(2);
            for (int part = 0; part < kind.count(); part++) {
                long length = end - position < Integer.BYTES ? Long.MAX_VALUE : in.getUnsignedInt(position);
                position += Integer.BYTES;
                if (length > end - position) {
                    throw new ProtocolException(field.label() + " are cut off");
                }
                bytes += length;
                WireLimits.requireAtMost(field.label(), bytes, maxBytes);
                byte[] copy = new byte[(int) length];
                in.getBytes(position, copy);
                parts.add(Bytes.wrap(copy));
                position += (int) length;
            }
            changes.add(kind.change(parts));
        }
        return changes;
    }

    private Bytes nameAt(int position) {
        byte[] name = new byte[ID_SIZE];
        in.getBytes(position, name);
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
