package dev.tributary.transport.client.codec;

import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientError.DeserializationError;
import dev.tributary.transport.client.message.ClientError.OperationError;
import dev.tributary.transport.client.message.ClientError.Plain;
import dev.tributary.transport.client.message.ClientError.Unhandled;

/** The one line that an error is in FlatBuffers, with the beginnings that clients know. */
final class ErrorText {

    private static final String ERROR = "client error: ";
    private static final String UNDECODED = "Failed decoding message from client request: ";

    private static final String UNHANDLED = new Unhandled("").text();
    private static final String OPERATION = new OperationError("").text();

    private ErrorText() {}

    static String of(ClientError error) {
        return error instanceof DeserializationError undecoded ? UNDECODED + undecoded.cause() : ERROR + error.text();
    }

    static boolean isError(String text) {
        return text.startsWith(ERROR);
    }

    /** The kinds that a text alone can tell; anything else is {@link Unhandled} with the whole text. */
    static ClientError read(String text) {
        if (text.startsWith(UNDECODED)) {
            return new DeserializationError(text.substring(UNDECODED.length()));
        }
        String words = text.startsWith(ERROR) ? text.substring(ERROR.length()) : text;
        for (Plain plain : Plain.values()) {
            if (words.equals(plain.text())) {
                return plain;
            }
        }
        if (words.startsWith(OPERATION)) {
            return new OperationError(words.substring(OPERATION.length()));
        }
        return new Unhandled(words.startsWith(UNHANDLED) ? words.substring(UNHANDLED.length()) : words);
    }
}
