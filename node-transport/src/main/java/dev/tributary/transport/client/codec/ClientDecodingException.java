package dev.tributary.transport.client.codec;

import dev.tributary.transport.client.message.ClientError;

/** A message cannot be decoded; carries the error to reply with. The connection remains usable. */
public final class ClientDecodingException extends RuntimeException {

    private final ClientError error;

    private ClientDecodingException(String message, ClientError error) {
        super(message);
        this.error = error;
    }

    /** The bytes are malformed; the cause names the first invalid value. */
    static ClientDecodingException malformed(String cause) {
        return new ClientDecodingException(cause, new ClientError.DeserializationError(cause));
    }

    /** The bytes are well formed, but the message is out of order or exceeds a limit. */
    static ClientDecodingException refused(String cause) {
        return new ClientDecodingException(cause, new ClientError.Unhandled(cause));
    }

    /** The error to send to the client. */
    public ClientError error() {
        return error;
    }
}
