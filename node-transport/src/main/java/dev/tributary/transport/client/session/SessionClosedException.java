package dev.tributary.transport.client.session;

/** The session must be closed: the client exceeded a limit. */
final class SessionClosedException extends RuntimeException {

    /** WebSocket close code: a message exceeds the size limit. */
    static final int TOO_LARGE = 1009;

    /** WebSocket close code: a shared byte budget is exhausted, the client may retry later. */
    static final int TRY_LATER = 1013;

    private final int closeCode;

    SessionClosedException(int closeCode, String message) {
        super(message);
        this.closeCode = closeCode;
    }

    /** Returns the code of the close frame. */
    int closeCode() {
        return closeCode;
    }
}
