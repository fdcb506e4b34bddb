package dev.tributary.core.contract;

import java.time.Duration;

/** A call did not return within its time; the executor names the contract. */
final class OverTimeException extends RuntimeException {

    OverTimeException(Duration limit) {
        super("it did not return within " + limit.toMillis() + " ms", null, false, false);
    }
}
