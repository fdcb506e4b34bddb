package dev.tributary.transport.client.codec;

import dev.tributary.transport.client.message.ClientError;

/** A message that cannot be read, with the answer that it deserves. The connection it came by is none the worse. */
public final class ClientDecodingException extends RuntimeException {

    private final ClientError error;

    private ClientDecodingException(String message, ClientError error) {
        super(message);
        this.error = error;
    }

    /** The bytes mean nothing: the cause says where they stop to. */
    static ClientDecodingException malformed(String cause) {
        return new ClientDecodingException(cause, new ClientError.DeserializationError(cause));
    }

    /** The bytes are well formed, and come at a wrong moment or ask for too much. */
    static ClientDecodingException refused(String cause) {
        return new ClientDecodingException(cause, new ClientError.Unhandled(cause));
    }

    /** What to tell the client. */
    public ClientError error() {
        return error;
    }
}
