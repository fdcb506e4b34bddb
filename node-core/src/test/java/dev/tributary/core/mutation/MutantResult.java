package dev.tributary.core.mutation;

/**
 * What became of a mutant.
 *
 * @param verdict killed, survived, or broken if its tests could not run
 * @param detail the tests that failed
 * @param millis how long compiling and testing took
 */
record MutantResult(String id, String verdict, String detail, long millis) {

    /** A mutant must be killed, and the sources as they are must not. */
    boolean isExpected() {
        return verdict.equals(id.equals(MutantWorker.NO_MUTANT) ? "survived" : "killed");
    }

    @Override
    public String toString() {
        return "%-5s %-8s %-32s %6d ms  %s".formatted(isExpected() ? "ok" : "WRONG", verdict, id, millis, detail);
    }
}
