package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;

/** Size limits of the wire protocol, in bytes. Both sides rely on them: a change requires a new protocol version. */
public final class WireLimits {

    /** Maximum size of a contract's state: 50 MiB. */
    public static final int STATE = 50 * 1024 * 1024;

    /** Maximum size of a contract's code: 10 MiB. */
    public static final int CODE = 10 * 1024 * 1024;

    /** Maximum size of a contract's parameters: 1 MiB. */
    public static final int PARAMETERS = 1024 * 1024;

    /** Maximum size of a state summary: 1 MiB. */
    public static final int SUMMARY = Update.MAX_SUMMARY;

    /** Maximum size of a message in one frame; a larger message is sent in chunks. */
    public static final int SMALL_MESSAGE = 64 * 1024;

    /** Maximum size of a message: state, code and parameters, plus the size of a small message for the other fields. */
    public static final int LARGE_MESSAGE = STATE + CODE + PARAMETERS + SMALL_MESSAGE;

    /** Maximum number of large messages in transfer at once, for each direction of a link. */
    public static final int MAX_LARGE_MESSAGES = 8;

    /** Maximum total size of the large messages in transfer, for each direction of a link: two of the largest. */
    public static final long MAX_LARGE_BYTES = 2L * LARGE_MESSAGE;

    /** Number of chunk bytes read after which the receiver sends an acknowledgement at the latest. */
    public static final int ACKNOWLEDGE_INTERVAL = 64 * 1024;

    /** Maximum data size of a chunk. */
    static final int CHUNK = 64 * 1024;

    /** Minimum data size of a chunk, except the last: smaller chunks are refused because of their overhead. */
    static final int MIN_CHUNK = 1024;

    /** Data size of the chunks that this node sends: with its headers a chunk fills one TLS record. */
    static final int SENT_CHUNK = 16 * 1024 - 9;

    /** Maximum size of the detail of a close reason. */
    static final int CLOSE_DETAIL = 1024;

    /** Maximum size of a refusal's detail: three bytes for each character. */
    static final int REFUSAL_DETAIL = 3 * Refused.MAX_DETAIL;

    private WireLimits() {}

    /** Returns the size if it is within the limit; throws {@link ProtocolException} otherwise. */
    static int requireAtMost(String label, long size, int limit) {
        if (size > limit) {
            throw new ProtocolException(label + " has " + size + " bytes; at most " + limit + " are allowed");
        }
        return (int) size;
    }
}
