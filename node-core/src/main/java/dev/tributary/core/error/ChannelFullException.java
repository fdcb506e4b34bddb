package dev.tributary.core.error;

import java.time.Duration;

/** The channel into the event loop was full for longer than the sender's timeout. */
public final class ChannelFullException extends NodeException {

    private final String channel;
    private final int capacity;
    private final Duration waited;

    public ChannelFullException(String channel, int capacity, Duration waited) {
        super(
                Kind.CHANNEL_FULL,
                "channel " + channel + " was full (capacity " + capacity + ") for " + waited.toMillis() + " ms");
        this.channel = channel;
        this.capacity = capacity;
        this.waited = waited;
    }

    /** Returns the name of the channel. */
    public String channel() {
        return channel;
    }

    /** Returns the capacity of the channel, in events. */
    public int capacity() {
        return capacity;
    }

    /** Returns how long the sender waited; zero if the queue of waiting senders was full, too. */
    public Duration waited() {
        return waited;
    }
}
