package dev.tributary.core.simulation.report;

/** The number of sent messages of one kind, and their estimated encoded size in bytes. */
public record MessageCount(long messages, long bytes) {

    /** No messages. */
    public static final MessageCount NONE = new MessageCount(0, 0);

    public MessageCount plus(MessageCount other) {
        return new MessageCount(messages + other.messages, bytes + other.bytes);
    }

    public MessageCount minus(MessageCount other) {
        return new MessageCount(messages - other.messages, bytes - other.bytes);
    }
}
