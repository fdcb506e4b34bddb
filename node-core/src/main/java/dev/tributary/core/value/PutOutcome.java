package dev.tributary.core.value;

/** The result of one PUT of a batch. */
public sealed interface PutOutcome {

    PutRequest request();

    /** The PUT succeeded. */
    record Stored(PutRequest request, PutReceipt receipt) implements PutOutcome {}

    /** The PUT failed with the error. */
    record Failed(PutRequest request, Throwable error) implements PutOutcome {}
}
