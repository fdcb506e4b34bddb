package dev.tributary.transport.client.session;

/** The client did something after which its session cannot go on. */
final class SessionEndException extends RuntimeException {

    /** A message is larger than it may be. */
    static final int TOO_LARGE = 1009;

    /** There is no room now; later there may be. */
    static final int TRY_LATER = 1013;

    private final int closeCode;

    SessionEndException(int closeCode, String message) {
        super(message);
        this.closeCode = closeCode;
    }

    /** What the close frame says. */
    int closeCode() {
        return closeCode;
    }
}
