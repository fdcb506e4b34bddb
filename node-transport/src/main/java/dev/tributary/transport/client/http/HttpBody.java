package dev.tributary.transport.client.http;

import java.nio.file.Path;

/** The body of a reply. */
public sealed interface HttpBody {

    /** The kinds of bodies, one for each permitted type. */
    enum Kind {
        BYTES,
        FILE
    }

    Kind kind();

    /** A body in memory. The caller hands over the array and must not modify it afterwards. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Bytes(byte[] bytes) implements HttpBody {

        @Override
        public Kind kind() {
            return Kind.BYTES;
        }
    }

    /**
     * A part of a file, streamed with the backpressure of the client.
     *
     * @param from position of its first byte
     * @param size number of its bytes
     */
    record OfFile(Path path, long from, long size) implements HttpBody {

        @Override
        public Kind kind() {
            return Kind.FILE;
        }
    }
}
