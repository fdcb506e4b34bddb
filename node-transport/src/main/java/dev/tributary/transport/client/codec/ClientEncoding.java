package dev.tributary.transport.client.codec;

import java.util.Locale;
import java.util.Optional;

/** Encodings that a client can choose when it connects, for the whole connection and both directions. */
public enum ClientEncoding {
    /** The default. */
    FLATBUFFERS,
    /** The encoding of the native tools. */
    NATIVE;

    /** Returns the encoding with this lower-case name; empty if there is none. */
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

    /** The name that clients send, in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
