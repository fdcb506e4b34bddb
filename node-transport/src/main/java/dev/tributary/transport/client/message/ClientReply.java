package dev.tributary.transport.client.message;

/** Whatever the node says to a client. */
public sealed interface ClientReply permits ClientAnswer, ClientError {}
