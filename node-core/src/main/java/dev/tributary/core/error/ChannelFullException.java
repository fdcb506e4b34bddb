package dev.tributary.core.error;

import java.time.Duration;

/** The channel into the event loop had no room for as long as the sender was willing to wait. */
public final class ChannelFullException extends NodeException {

    private final String channel;
    private final int capacity;
    private final Duration waited;

    public ChannelFullException(String channel, int capacity, Duration waited) {
        super("channel " + channel + " had no room among its " + capacity + " places for " + waited.toMillis() + " ms");
        this.channel = channel;
        this.capacity = capacity;
        this.waited = waited;
    }

    /** The identity of the channel. */
    public String channel() {
        return channel;
    }

    /** How many events the channel holds. */
    public int capacity() {
        return capacity;
    }

    /** How long the sender waited; zero if the waiting room was full too. */
    public Duration waited() {
        return waited;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
