package dev.tributary.transport.client.codec;

import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientError.DeserializationError;
import dev.tributary.transport.client.message.ClientError.OperationError;
import dev.tributary.transport.client.message.ClientError.Plain;
import dev.tributary.transport.client.message.ClientError.Unhandled;

/** The text form of errors in FlatBuffers, with the prefixes that clients expect. */
final class ErrorText {

    private static final String ERROR_PREFIX = "client error: ";
    private static final String UNDECODED_PREFIX = "Failed decoding message from client request: ";

    private static final String UNHANDLED_PREFIX = new Unhandled("").text();
    private static final String OPERATION_PREFIX = new OperationError("").text();

    private ErrorText() {}

    static String of(ClientError error) {
        return error instanceof DeserializationError undecoded
                ? UNDECODED_PREFIX + undecoded.cause()
                : ERROR_PREFIX + error.text();
    }

    static boolean isError(String text) {
        return text.startsWith(ERROR_PREFIX);
    }

    /** Parses the kinds of errors that the text identifies; any other text becomes {@link Unhandled}. */
    static ClientError parse(String text) {
        if (text.startsWith(UNDECODED_PREFIX)) {
            return new DeserializationError(text.substring(UNDECODED_PREFIX.length()));
        }
        String message = text.startsWith(ERROR_PREFIX) ? text.substring(ERROR_PREFIX.length()) : text;
        for (Plain plain : Plain.values()) {
            if (message.equals(plain.text())) {
                return plain;
            }
        }
        if (message.startsWith(OPERATION_PREFIX)) {
            return new OperationError(message.substring(OPERATION_PREFIX.length()));
        }
        return new Unhandled(
                message.startsWith(UNHANDLED_PREFIX) ? message.substring(UNHANDLED_PREFIX.length()) : message);
    }
}
