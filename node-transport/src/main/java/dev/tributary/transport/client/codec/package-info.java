/**
 * Bytes to client messages and back, in the two encodings that clients speak, and the chunks that large messages travel
 * in. Whatever a client sends, the worst that comes of it here is a
 * {@link dev.tributary.transport.client.codec.ClientDecodingException}. Read
 * {@link dev.tributary.transport.client.codec.ClientCodec} first.
 */
@NullMarked
package dev.tributary.transport.client.codec;

import org.jspecify.annotations.NullMarked;
