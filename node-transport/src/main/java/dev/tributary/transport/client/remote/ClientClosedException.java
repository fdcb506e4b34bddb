package dev.tributary.transport.client.remote;

/** This client was closed by the application. */
public final class ClientClosedException extends NodeClientException {

    ClientClosedException() {
        super(Kind.CLIENT_CLOSED, "this client is closed");
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
