package dev.tributary.transport.client.session;

import dev.tributary.transport.client.message.ClientError;

/** Fails a request with the error that the client receives. */
final class ClientErrorException extends RuntimeException {

    private final transient ClientError error;

    ClientErrorException(ClientError error) {
        super(error.text());
        this.error = error;
    }

    ClientError error() {
        return error;
    }
}
