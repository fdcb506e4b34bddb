package dev.tributary.core.benchmark;

/** A way for events from several threads to one handler on one thread. */
public interface Passage extends AutoCloseable {

    /** Hands one event over; waits, blocking, while there is no room. */
    void send(int sender) throws InterruptedException;

    @Override
    void close();

    /** Makes a passage that ends at this handler. */
    interface Maker {

        Passage make(Runnable handler);
    }
}
