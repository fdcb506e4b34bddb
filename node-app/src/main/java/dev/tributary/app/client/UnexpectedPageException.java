package dev.tributary.app.client;

import org.jspecify.annotations.Nullable;

/** The server at the URL is not a Tributary node. */
final class UnexpectedPageException extends RuntimeException {

    UnexpectedPageException(String path, @Nullable Throwable cause) {
        super("the server has no page " + path + " of a Tributary node", cause);
    }
}
