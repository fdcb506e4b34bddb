package dev.tributary.transport.client;

/**
 * Snapshot of a {@link ApiServer}.
 *
 * @param connections number of open connections
 * @param sessions number of connections that are WebSockets
 * @param subscriptions number of subscriptions of all sessions
 * @param heldBytes bytes that all sessions hold in memory: partial and queued messages beyond the first mebibyte of
 *     each session, answers and large notifications that clients have not read yet, and payloads of running requests
 * @param tokens number of tokens of web applications, including expired ones that are not yet removed
 */
public record ApiServerStatus(int connections, int sessions, int subscriptions, long heldBytes, int tokens) {}
