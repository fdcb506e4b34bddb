package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;

/** How large things may be on the wire, in bytes. Both sides know these numbers: changing one needs a new version. */
public final class WireLimits {

    /** A contract's state: 50 MiB. */
    public static final int STATE = 50 * 1024 * 1024;

    /** A contract's code: 10 MiB. */
    public static final int CODE = 10 * 1024 * 1024;

    /** A contract's parameters: 1 MiB. */
    public static final int PARAMETERS = 1024 * 1024;

    /** A summary of a state: 1 MiB. */
    public static final int SUMMARY = Update.MAX_SUMMARY;

    /** A message up to this travels in one frame, a larger one in chunks. */
    public static final int SMALL_MESSAGE = 64 * 1024;

    /** The largest message: all of the above, and as much again as a small message for the names around them. */
    public static final int LARGE_MESSAGE = STATE + CODE + PARAMETERS + SMALL_MESSAGE;

    /** Large messages that one side of a link may have under way at once. */
    public static final int LARGE_AT_ONCE = 8;

    /** What the large messages under way on one side of a link may have together: two of the largest. */
    public static final long LARGE_BYTES_AT_ONCE = 2L * LARGE_MESSAGE;

    /** The reader of chunks reports at least whenever it has read this much more of them. */
    public static final int REPORT = 64 * 1024;

    /** What a chunk frame may carry. */
    static final int CHUNK = 64 * 1024;

    /** What a chunk carries at least, unless it is the last: smaller ones would cost more than they bring. */
    static final int SMALLEST_CHUNK = 1024;

    /** What our own chunks carry: with its header a chunk fills one TLS record. */
    static final int OWN_CHUNK = 16 * 1024 - 9;

    /** The detail of a close reason, the agent's name: lines for humans. */
    static final int LINE = 1024;

    /** A refusal's detail: at most three bytes for each of its characters. */
    static final int DETAIL = 3 * Refused.MAX_DETAIL;

    private WireLimits() {}

    /** Lets a size pass that is within its limit. */
    static int require(String what, long size, int limit) {
        if (size > limit) {
            throw new ProtocolException(what + " has " + size + " bytes; at most " + limit + " are allowed");
        }
        return (int) size;
    }
}
