package dev.tributary.transport.client.message;

/** A message of the node to a client. */
public sealed interface ClientReply permits ClientAnswer, ClientError {}
