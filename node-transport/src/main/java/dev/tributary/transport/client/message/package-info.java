/**
 * What applications and the node say to each other through the client door, whichever bytes carry it. Read
 * {@link dev.tributary.transport.client.message.ClientRequest} first, then
 * {@link dev.tributary.transport.client.message.ClientAnswer} and
 * {@link dev.tributary.transport.client.message.ClientError}.
 */
@NullMarked
package dev.tributary.transport.client.message;

import org.jspecify.annotations.NullMarked;
