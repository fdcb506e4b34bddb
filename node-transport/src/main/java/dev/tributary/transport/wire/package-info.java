/**
 * Bytes to messages and back: frames, their limits, and the fields inside them. Whatever a peer sends, the worst that
 * comes of it here is a {@link dev.tributary.core.error.ProtocolException}. Read
 * {@link dev.tributary.transport.wire.Frame} first, then {@link dev.tributary.transport.wire.FrameReader} and
 * {@link dev.tributary.transport.wire.WireCodec}.
 */
@NullMarked
package dev.tributary.transport.wire;

import org.jspecify.annotations.NullMarked;
