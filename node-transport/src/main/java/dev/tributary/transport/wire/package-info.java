/**
 * The codec of the wire protocol: frames, their limits and their fields. Any invalid input from a peer results in a
 * {@link dev.tributary.core.error.ProtocolException}. Read
 * {@link dev.tributary.transport.wire.Frame} first, then {@link dev.tributary.transport.wire.FrameReader} and
 * {@link dev.tributary.transport.wire.WireCodec}.
 */
@NullMarked
package dev.tributary.transport.wire;

import org.jspecify.annotations.NullMarked;
