/**
 * The server for applications: one HTTP listener for the WebSocket of the client API, web applications, and pages for
 * people and probes. Read {@link dev.tributary.transport.client.ApiServer} first, then
 * {@link dev.tributary.transport.client.ApiServerConfig}.
 */
@NullMarked
package dev.tributary.transport.client;

import org.jspecify.annotations.NullMarked;
