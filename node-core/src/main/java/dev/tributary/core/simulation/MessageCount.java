package dev.tributary.core.simulation;

/** How many messages of a kind were sent, and how many bytes they would have had on a wire, roughly. */
public record MessageCount(long messages, long bytes) {

    /** Nothing yet. */
    public static final MessageCount NONE = new MessageCount(0, 0);

    public MessageCount plus(MessageCount other) {
        return new MessageCount(messages + other.messages, bytes + other.bytes);
    }

    public MessageCount minus(MessageCount other) {
        return new MessageCount(messages - other.messages, bytes - other.bytes);
    }
}
