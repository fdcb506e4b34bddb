package dev.tributary.core.value;

/** What became of one of many PUTs. */
public sealed interface PutOutcome {

    PutRequest request();

    /** It is stored. */
    record Stored(PutRequest request, PutReceipt receipt) implements PutOutcome {}

    /** It is not, and why. */
    record Failed(PutRequest request, Throwable error) implements PutOutcome {}
}
