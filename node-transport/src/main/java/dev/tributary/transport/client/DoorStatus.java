package dev.tributary.transport.client;

/**
 * A {@link ClientDoor} at one moment.
 *
 * @param connections open sockets
 * @param sessions those of them that are WebSockets
 * @param subscriptions of all sessions together
 * @param heldBytes of all sessions together: of messages that are unfinished or wait to be begun, beyond the first mebibyte
 *     of each, of answers and large notifications that wait to be read, and of what requests under way bring
 * @param tokens of web applications, spent ones that were not removed yet included
 */
public record DoorStatus(int connections, int sessions, int subscriptions, long heldBytes, int tokens) {}
