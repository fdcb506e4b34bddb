package dev.tributary.transport.client;

/**
 * A {@link ClientDoor} at one moment.
 *
 * @param connections open sockets
 * @param sessions those of them that are WebSockets
 * @param subscriptions of all sessions together
 * @param tokens of web applications, spent ones that were not removed yet included
 */
public record DoorStatus(int connections, int sessions, int subscriptions, int tokens) {}
