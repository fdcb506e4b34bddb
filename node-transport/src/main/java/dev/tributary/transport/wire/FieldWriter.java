package dev.tributary.transport.wire;

import dev.tributary.core.message.Hosting;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateChange;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Writes fields in order. There are three subclasses: one counts the bytes, one copies them into a buffer, and one
 * wraps large payloads without a copy.
 */
abstract class FieldWriter {

    abstract void put8(int value);

    abstract void put32(int value);

    abstract void put64(long value);

    abstract void put(Bytes bytes);

    final FieldWriter u8(Field field, int value) {
        header(field, 1);
        put8(value);
        return this;
    }

    final FieldWriter u32(Field field, int value) {
        header(field, 4);
        put32(value);
        return this;
    }

    /** Writes a duration in milliseconds, at least one. */
    final FieldWriter millis(Field field, Duration duration) {
        return u32(field, (int) Math.max(1, Math.min(Integer.MAX_VALUE, duration.toMillis())));
    }

    final FieldWriter u64(Field field, long value) {
        header(field, 8);
        put64(value);
        return this;
    }

    final FieldWriter bytes(Field field, Bytes bytes) {
        header(field, bytes.size());
        put(bytes);
        return this;
    }

    final FieldWriter text(Field field, String text) {
        return bytes(field, Bytes.utf8(text));
    }

    final FieldWriter peers(Field field, List<PeerId> peers) {
        header(field, peers.size() * FieldReader.ID_SIZE);
        // By index, to avoid an iterator: this is on the hot path of every request.
        for (int i = 0; i < peers.size(); i++) {
            put(peers.get(i).bytes());
        }
        return this;
    }

    /**
     * Writes each contact of TCP as its peer id, its port, and its host with a length of one byte. Contacts of other
     * protocols have a field of their own, in which their protocol comes first: a reader of version 1 skips it.
     */
    final FieldWriter contacts(List<PeerContact> contacts) {
        List<PeerContact> others =
                contacts.stream().filter(each -> !each.address().isTcp()).toList();
        List<PeerContact> ofTcp =
                contacts.stream().filter(each -> each.address().isTcp()).toList();
        if (!others.isEmpty()) {
            header(
                    Field.OTHER_CONTACTS,
                    others.stream().mapToInt(FieldWriter::sizeOfOther).sum());
            for (PeerContact contact : others) {
                shortText(contact.address().protocol());
                contact(contact);
            }
        }
        header(Field.CONTACTS, ofTcp.stream().mapToInt(FieldWriter::sizeOf).sum());
        ofTcp.forEach(this::contact);
        return this;
    }

    private static int sizeOf(PeerContact contact) {
        return FieldReader.CONTACT_SIZE + contact.address().host().length();
    }

    private static int sizeOfOther(PeerContact contact) {
        return 1 + contact.address().protocol().length() + sizeOf(contact);
    }

    private void contact(PeerContact contact) {
        put(Objects.requireNonNull(contact.expected()).bytes());
        put8(contact.address().port() >>> 8);
        put8(contact.address().port());
        shortText(contact.address().host());
    }

    /** Writes ASCII text of at most 255 characters with a length of one byte. */
    private void shortText(String text) {
        put8(text.length());
        put(Bytes.utf8(text));
    }

    final FieldWriter replicas(Field field, List<Hosting.Replica> copies) {
        header(field, copies.size() * FieldReader.REPLICA_SIZE);
        for (Hosting.Replica copy : copies) {
            put(copy.id().bytes());
            put(copy.digest().bytes());
            put32(copy.bytes());
        }
        return this;
    }

    final FieldWriter verdicts(Field field, List<Hosting.Verdict> verdicts) {
        header(field, verdicts.size());
        for (Hosting.Verdict verdict : verdicts) {
            put8(verdict.number());
        }
        return this;
    }

    /** Writes positions in an offer, each of one byte; nothing if there are none. */
    final FieldWriter positions(Field field, Set<Integer> positions) {
        if (!positions.isEmpty()) {
            header(field, positions.size());
            positions.stream().sorted().forEach(this::put8);
        }
        return this;
    }

    final FieldWriter ids(Field field, List<ContractInstanceId> ids) {
        header(field, ids.size() * FieldReader.ID_SIZE);
        ids.forEach(id -> put(id.bytes()));
        return this;
    }

    /** Writes each change as its kind (one byte) and its one or two parts, each as length (four bytes) and bytes. */
    final FieldWriter changes(Field field, List<StateChange> changes) {
        header(
                field,
                Math.toIntExact(
                        changes.stream().mapToLong(ChangeKind::encodedSize).sum()));
        for (StateChange change : changes) {
            ChangeKind kind = ChangeKind.of(change);
            put8(kind.number());
            for (Bytes part : kind.parts(change)) {
                put32(part.size());
                put(part);
            }
        }
        return this;
    }

    private void header(Field field, int length) {
        put8(field.number());
        put32(length);
    }
}
