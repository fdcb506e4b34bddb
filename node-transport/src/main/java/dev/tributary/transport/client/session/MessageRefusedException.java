package dev.tributary.transport.client.session;

import dev.tributary.transport.client.message.ClientError;

/** A message exceeds a limit; carries the error to reply with. The session stays open. */
final class MessageRefusedException extends RuntimeException {

    MessageRefusedException(String reason) {
        super(reason);
    }

    /** Returns the error to send to the client. */
    ClientError error() {
        return new ClientError.OperationError(String.valueOf(getMessage()));
    }
}
