package dev.tributary.core.interleaving;

import java.util.List;

/**
 * A few threads that meet at one object. Built anew for each interleaving, and must do the same in each but for the order
 * of the threads' steps: no clock, no chance, no thread of its own.
 */
public interface Scenario {

    /** What the threads do, side by side. None may wait for another. */
    List<Runnable> threads();

    /** Runs when all threads have ended; throws {@link AssertionError} if the outcome is wrong. */
    void verify();
}
