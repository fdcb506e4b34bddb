package dev.tributary.transport.client.codec;

import java.util.Locale;
import java.util.Optional;

/** The encodings that a client may choose from when it connects: for the whole connection and both directions. */
public enum ClientEncoding {
    /** What is spoken when a client says nothing. */
    FLATBUFFERS,
    /** What the native tools speak. */
    NATIVE;

    /** The encoding of this name, in lower case as clients write it; empty if there is none. */
    public static Optional<ClientEncoding> named(String name) {
        for (ClientEncoding encoding : values()) {
            if (encoding.label().equals(name)) {
                return Optional.of(encoding);
            }
        }
        return Optional.empty();
    }

    public ClientCodec codec() {
        return switch (this) {
            case FLATBUFFERS -> new FlatBuffersCodec();
            case NATIVE -> new NativeCodec();
        };
    }

    /** Its name as clients write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
