package dev.tributary.app.browser;

/** The browser of this machine did not start, which says nothing about us. */
final class BrowserUnusableException extends Exception {

    BrowserUnusableException(String message) {
        super(message);
    }
}
