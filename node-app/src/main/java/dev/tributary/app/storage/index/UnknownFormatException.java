package dev.tributary.app.storage.index;

import java.io.IOException;

/** The index has a format of another version: no choice of another version of the file helps. */
public final class UnknownFormatException extends IOException {

    private static final long serialVersionUID = 1;

    public UnknownFormatException(String message) {
        super(message);
    }
}
