/**
 * HTTP requests and replies of the client API as values, without sockets. Read
 * {@link dev.tributary.transport.client.http.HttpQuery} and {@link dev.tributary.transport.client.http.HttpReply}
 * first.
 */
@NullMarked
package dev.tributary.transport.client.http;

import org.jspecify.annotations.NullMarked;
