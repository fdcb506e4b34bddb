package dev.tributary.app.client;

import org.jspecify.annotations.Nullable;

/** What answers is not one of our nodes. */
final class ForeignPageException extends RuntimeException {

    ForeignPageException(String path, @Nullable Throwable cause) {
        super("what answers there has no page " + path + " of a node", cause);
    }
}
