package dev.tributary.app.storage;

import java.io.IOException;

/** The index has a format of another version: no choice of another version of the file helps. */
final class UnknownFormatException extends IOException {

    private static final long serialVersionUID = 1;

    UnknownFormatException(String message) {
        super(message);
    }
}
