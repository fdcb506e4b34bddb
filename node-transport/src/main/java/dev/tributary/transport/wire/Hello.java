package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.value.PeerAddress;
import io.netty.buffer.ByteBuf;

/**
 * The first frame of each node. Its format is the same in all versions of the protocol.
 *
 * <p>Its addresses have the transport protocol of the connection, which the hello names unless it is TCP.
 *
 * @param features optional features, one bit each; unknown bits are ignored
 * @param listenPort port on which the sender can be dialled, or 0 if it does not listen
 * @param observed address of the receiver as observed by the sender: an IP address without a zone
 * @param network name of the sender's network; the default one is not sent, and older versions name none
 * @param agent name and version of the program, for people
 */
public record Hello(
        VersionRange versions, long features, int listenPort, PeerAddress observed, String network, String agent) {

    /** The network of a node that names none. */
    public static final String DEFAULT_NETWORK = "default";

    /** Maximum size of a network's name in bytes. */
    public static final int MAX_NETWORK = 64;

    /** Maximum size of the agent in bytes. */
    public static final int MAX_AGENT = 128;

    // "TRIB": distinguishes other protocols from later versions of this one.
    private static final int MAGIC = 0x54524942;

    void encode(ByteBuf out) {
        out.writeInt(MAGIC);
        FieldWriter fields = new BufferWriter(out);
        if (!observed.isTcp()) {
            fields.text(Field.PROTOCOL, observed.protocol());
        }
        if (!network.equals(DEFAULT_NETWORK)) {
            fields.text(Field.NETWORK, network);
        }
        fields.u32(Field.VERSIONS, versions.oldest() << 16 | versions.newest())
                .u64(Field.FEATURES, features)
                .u32(Field.LISTEN_PORT, listenPort)
                .text(Field.OBSERVED_HOST, observed.host())
                .u32(Field.OBSERVED_PORT, observed.port())
                .text(Field.AGENT, agent);
    }

    static Hello decode(ByteBuf body, FieldReader fields) {
        if (body.readableBytes() < 4 || body.readInt() != MAGIC) {
            throw new ProtocolException("a hello without the magic number of this protocol");
        }
        fields.scan(body);
        return new Hello(
                versions((int) fields.u32(Field.VERSIONS)),
                fields.u64(Field.FEATURES),
                port(fields, Field.LISTEN_PORT),
                observed(fields),
                fields.has(Field.NETWORK) ? fields.line(Field.NETWORK, MAX_NETWORK) : DEFAULT_NETWORK,
                fields.line(Field.AGENT, MAX_AGENT));
    }

    private static VersionRange versions(int packed) {
        int oldest = packed >>> 16;
        int newest = packed & 0xffff;
        if (oldest < 1 || newest < oldest) {
            throw new ProtocolException("versions must be a range within 1..65535, not " + oldest + ".." + newest);
        }
        return new VersionRange(oldest, newest);
    }

    private static PeerAddress observed(FieldReader fields) {
        String protocol = fields.has(Field.PROTOCOL) ? fields.line(Field.PROTOCOL, 255) : PeerAddress.TCP;
        String host = fields.line(Field.OBSERVED_HOST, 255);
        int port = port(fields, Field.OBSERVED_PORT);
        try {
            return PeerAddress.announced(protocol, host, port);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("observed address: " + e.getMessage());
        }
    }

    private static int port(FieldReader fields, Field field) {
        long port = fields.u32(field);
        if (port > 65535) {
            throw new ProtocolException(field.label() + " must be in 0..65535, not " + port);
        }
        return (int) port;
    }
}
