package dev.tributary.transport.client.web;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.State;
import java.nio.ByteBuffer;

/**
 * The state of a contract that holds a web application: the length of its metadata, the metadata, the length of the archive
 * and the archive, both lengths as eight bytes with the highest first. What follows is ignored.
 *
 * @param metadata what its contract needs to know, such as a version and a signature
 * @param archive a tar file compressed with xz
 */
public record WebState(ByteBuffer metadata, ByteBuffer archive) {

    /** The longest metadata, in bytes. */
    public static final int MAX_METADATA = 1024;

    /** The largest archive, in bytes. */
    public static final int MAX_ARCHIVE = 100 << 20;

    /** Reads a state without copying it; throws {@link UnusableArchiveException} if it is another kind of state. */
    public static WebState parse(State state) {
        Bytes bytes = state.bytes();
        ByteBuffer rest = bytes.toBuffer();
        ByteBuffer metadata = part(rest, "metadata", MAX_METADATA);
        return new WebState(metadata, part(rest, "archive", MAX_ARCHIVE));
    }

    private static ByteBuffer part(ByteBuffer rest, String what, int most) {
        if (rest.remaining() < Long.BYTES) {
            throw new UnusableArchiveException(
                    "not a web application: the state ends before the length of its " + what);
        }
        long length = rest.getLong();
        if (length < 0 || length > most) {
            throw new UnusableArchiveException("not a web application: its " + what + " would have "
                    + Long.toUnsignedString(length) + " bytes; at most " + most + " are allowed");
        }
        if (length > rest.remaining()) {
            throw new UnusableArchiveException("not a web application: its " + what + " should have " + length
                    + " bytes, but " + rest.remaining() + " follow");
        }
        ByteBuffer part = rest.slice().limit((int) length).slice();
        rest.position(rest.position() + (int) length);
        return part;
    }
}
