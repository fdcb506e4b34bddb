package dev.tributary.transport.client;

/** The first address of the client API cannot be bound. */
public final class ApiServerException extends RuntimeException {

    private final String address;
    private final int port;

    ApiServerException(String address, int port, Throwable cause) {
        super(
                "cannot serve clients on " + address + " port " + port + ": " + rootMessage(cause)
                        + "; use an address of this machine and a free port, or port 0 for any",
                cause);
        this.address = address;
        this.port = port;
    }

    public String address() {
        return address;
    }

    public int port() {
        return port;
    }

    private static String rootMessage(Throwable cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        return String.valueOf(root.getMessage());
    }
}
