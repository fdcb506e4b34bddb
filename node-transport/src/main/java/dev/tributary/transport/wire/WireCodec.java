package dev.tributary.transport.wire;

import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.PeerNotice;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.value.TransactionId;
import io.netty.buffer.ByteBuf;

/**
 * Encodes and decodes messages: the kind (1 byte), the transaction id (16 bytes), then fields. Decoding is not
 * thread-safe; encoding is safe for any thread.
 */
public final class WireCodec {

    /** Size of the kind and the transaction id, in bytes. */
    static final int HEADER = 1 + 16;

    private final FieldReader fields = new FieldReader();
    private final MessageReader reader = new MessageReader(fields);

    /**
     * Returns the encoded size in bytes.
     *
     * @throws PayloadTooLargeException if a part of the message is larger than its limit
     */
    public static int sizeOf(PeerMessage message) {
        SizeWriter size = new SizeWriter();
        write(message, size);
        return Math.toIntExact(size.size());
    }

    /** Appends the message to the buffer; for small messages. */
    public static void encode(PeerMessage message, ByteBuf out) {
        write(message, new BufferWriter(out));
    }

    /** Returns the message as a new buffer that wraps the payloads without a copy; for large messages. */
    public static ByteBuf wrap(PeerMessage message) {
        WrappingWriter parts = new WrappingWriter();
        write(message, parts);
        return parts.join();
    }

    private static FieldWriter write(PeerMessage message, FieldWriter out) {
        return switch (message.family()) {
            case REQUEST -> PeerRequestWriter.write((PeerRequest) message, out);
            case REPLY -> PeerReplyWriter.write((PeerReply) message, out);
            case NOTICE -> PeerNoticeWriter.write((PeerNotice) message, out);
        };
    }

    /**
     * Decodes the rest of the buffer, which the caller owns.
     *
     * @return a {@link Frame.Message} or a {@link Frame.Unknown}
     * @throws ProtocolException if it is not a valid message
     */
    public Frame decode(ByteBuf body) {
        if (body.readableBytes() < HEADER) {
            throw new ProtocolException("a message of " + body.readableBytes() + " bytes; at least " + HEADER);
        }
        int number = body.readUnsignedByte();
        TransactionId tx = new TransactionId(body.readLong(), body.readLong());
        fields.scan(body);
        MessageKind kind = MessageKind.ofNumber(number);
        return kind == null ? new Frame.Unknown(tx, number) : new Frame.Message(reader.read(kind, tx));
    }
}
