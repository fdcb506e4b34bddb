package dev.tributary.core.interleaving;

/** What must hold in a scenario. */
public final class Facts {

    private Facts() {}

    /** Throws {@link AssertionError} with the text unless the condition holds. */
    public static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
