/**
 * One session for each WebSocket: requests in, answers and notifications out, each with its own limits. Read
 * {@link dev.tributary.transport.client.session.Sessions} first, then
 * {@link dev.tributary.transport.client.session.Session}.
 */
@NullMarked
package dev.tributary.transport.client.session;

import org.jspecify.annotations.NullMarked;
