/**
 * What peers say to each other: one file a family, its records nested. Read
 * {@link dev.tributary.core.message.PeerMessage}, then {@link dev.tributary.core.message.Put}.
 */
@NullMarked
package dev.tributary.core.message;

import org.jspecify.annotations.NullMarked;
