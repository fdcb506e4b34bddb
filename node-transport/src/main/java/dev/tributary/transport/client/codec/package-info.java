/**
 * Encodes and decodes client messages in the two encodings that clients use, and splits large messages into chunks.
 * Invalid input of any kind causes a {@link dev.tributary.transport.client.codec.ClientDecodingException} and no other
 * failure. Read
 * {@link dev.tributary.transport.client.codec.ClientCodec} first.
 */
@NullMarked
package dev.tributary.transport.client.codec;

import org.jspecify.annotations.NullMarked;
