package dev.tributary.core.benchmark;

/** Passes events from several threads to one handler on one thread. */
public interface EventPipeline extends AutoCloseable {

    /** Passes one event; blocks while the queue is full. */
    void send(int sender) throws InterruptedException;

    @Override
    void close();

    /** Creates a passage to a handler. */
    interface Factory {

        EventPipeline create(Runnable handler);
    }
}
