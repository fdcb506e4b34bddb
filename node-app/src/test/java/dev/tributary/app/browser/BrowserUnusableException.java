package dev.tributary.app.browser;

/** The browser of this machine did not start. Skips the test, since the code under test is not the cause. */
final class BrowserUnusableException extends Exception {

    BrowserUnusableException(String message) {
        super(message);
    }
}
