package dev.tributary.transport.client.message;

/** A message of the node to a client. */
public sealed interface ClientReply permits ClientAnswer, ClientError {

    /** The families of replies, one for each permitted type. */
    enum Family {
        ANSWER,
        ERROR
    }

    Family family();
}
