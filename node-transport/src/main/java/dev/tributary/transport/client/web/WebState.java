package dev.tributary.transport.client.web;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.State;
import java.nio.ByteBuffer;

/**
 * State of a contract that contains a web application: length of the metadata, metadata, length of the archive, archive.
 * Both lengths are 8-byte big-endian integers. Trailing bytes are ignored.
 *
 * @param metadata data for the contract, such as a version and a signature
 * @param archive tar file compressed with xz
 */
public record WebState(ByteBuffer metadata, ByteBuffer archive) {

    /** Maximum length of the metadata, in bytes. */
    public static final int MAX_METADATA = 1024;

    /** Maximum length of the archive, in bytes. */
    public static final int MAX_ARCHIVE = 100 << 20;

    /** Parses a state without copying. Throws {@link UnusableArchiveException} if it is not a web application. */
    public static WebState parse(State state) {
        Bytes bytes = state.bytes();
        ByteBuffer input = bytes.toBuffer();
        ByteBuffer metadata = part(input, "metadata", MAX_METADATA);
        return new WebState(metadata, part(input, "archive", MAX_ARCHIVE));
    }

    private static ByteBuffer part(ByteBuffer input, String what, int maximum) {
        if (input.remaining() < Long.BYTES) {
            throw new UnusableArchiveException(
                    "not a web application: the state ends before the length of its " + what);
        }
        long length = input.getLong();
        if (length < 0 || length > maximum) {
            throw new UnusableArchiveException("not a web application: its " + what + " would have "
                    + Long.toUnsignedString(length) + " bytes; at most " + maximum + " are allowed");
        }
        if (length > input.remaining()) {
            throw new UnusableArchiveException("not a web application: its " + what + " should have " + length
                    + " bytes, but " + input.remaining() + " follow");
        }
        ByteBuffer part = input.slice().limit((int) length).slice();
        input.position(input.position() + (int) length);
        return part;
    }
}
