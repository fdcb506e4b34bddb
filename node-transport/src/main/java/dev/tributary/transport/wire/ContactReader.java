package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.message.Connect;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the contacts of a search's reply. An address of TCP must be one that peers may name
 * ({@link PeerAddress#announced}); anything else is a violation like any other invalid field. An address of another
 * protocol may have a form that this node does not know, so an invalid one is skipped.
 */
final class ContactReader {

    private final List<PeerContact> contacts = new ArrayList<>();
    private final int limit;
    private int count;

    private ContactReader(int limit) {
        this.limit = limit;
    }

    /** Returns the contacts of TCP, then those of other protocols. */
    static List<PeerContact> read(FieldReader fields, int limit) {
        ContactReader reader = new ContactReader(limit);
        ByteBuf in = fields.slice(Field.CONTACTS);
        while (in.isReadable()) {
            reader.readTcp(in);
        }
        if (fields.has(Field.OTHER_CONTACTS)) {
            ByteBuf others = fields.slice(Field.OTHER_CONTACTS);
            while (others.isReadable()) {
                reader.readOther(others);
            }
        }
        return reader.contacts;
    }

    private void readTcp(ByteBuf in) {
        PeerId peer = peer(in, Field.CONTACTS);
        int port = in.readUnsignedShort();
        String host = text(in, Field.CONTACTS);
        try {
            PeerAddress own = Connect.Offers.OWN_ADDRESS;
            boolean isOwn = port == own.port() && host.equals(own.host());
            contacts.add(new PeerContact(isOwn ? own : PeerAddress.announced(PeerAddress.TCP, host, port), peer));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(Field.CONTACTS.label() + ": " + e.getMessage());
        }
    }

    private void readOther(ByteBuf in) {
        String protocol = text(in, Field.OTHER_CONTACTS);
        PeerId peer = peer(in, Field.OTHER_CONTACTS);
        int port = in.readUnsignedShort();
        address(protocol, text(in, Field.OTHER_CONTACTS), port)
                .ifPresent(address -> contacts.add(new PeerContact(address, peer)));
    }

    private static Optional<PeerAddress> address(String protocol, String host, int port) {
        try {
            return Optional.of(PeerAddress.announced(protocol, host, port));
        } catch (IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    private PeerId peer(ByteBuf in, Field field) {
        if (in.readableBytes() < FieldReader.CONTACT_SIZE || count++ == limit) {
            throw invalid(field);
        }
        byte[] id = new byte[FieldReader.ID_SIZE];
        in.readBytes(id);
        return new PeerId(Bytes.wrap(id));
    }

    private String text(ByteBuf in, Field field) {
        int length = in.isReadable() ? in.readUnsignedByte() : 0;
        if (length == 0 || length > in.readableBytes()) {
            throw invalid(field);
        }
        return FieldReader.line(in.readCharSequence(length, StandardCharsets.UTF_8));
    }

    private ProtocolException invalid(Field field) {
        return new ProtocolException(
                field.label() + " must be at most " + limit + " contacts of a peer id, a port and a host each");
    }
}
