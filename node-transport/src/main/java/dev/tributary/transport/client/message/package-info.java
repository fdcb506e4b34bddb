/**
 * Messages of the client API between applications and the node, independent of their encoding. Read
 * {@link dev.tributary.transport.client.message.ClientRequest} first, then
 * {@link dev.tributary.transport.client.message.ClientAnswer} and
 * {@link dev.tributary.transport.client.message.ClientError}.
 */
@NullMarked
package dev.tributary.transport.client.message;

import org.jspecify.annotations.NullMarked;
