package dev.tributary.core.error;

/** The channel into the event loop is closed, or has no reader any more: the event was not accepted. */
public final class ChannelClosedException extends NodeException {

    private final String channel;

    public ChannelClosedException(String channel) {
        super(Kind.CHANNEL_CLOSED, "channel " + channel + " is closed, the event was not accepted");
        this.channel = channel;
    }

    /** Returns the name of the channel. */
    public String channel() {
        return channel;
    }
}
