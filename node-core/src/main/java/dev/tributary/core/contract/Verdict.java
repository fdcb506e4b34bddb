package dev.tributary.core.contract;

/** What a contract says of a state. */
public sealed interface Verdict {

    /** The state is valid. */
    record Valid() implements Verdict {}

    /** The state is not valid, with the contract's own words. */
    record Invalid(String reason) implements Verdict {}

    static Verdict valid() {
        return new Valid();
    }

    static Verdict invalid(String reason) {
        return new Invalid(reason);
    }
}
