/**
 * The messages between peers: one file per message family, with nested records. Read
 * {@link dev.tributary.core.message.PeerMessage}, then {@link dev.tributary.core.message.Put}.
 */
@NullMarked
package dev.tributary.core.message;

import org.jspecify.annotations.NullMarked;
