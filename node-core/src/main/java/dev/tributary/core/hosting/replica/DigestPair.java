package dev.tributary.core.hosting.replica;

import dev.tributary.core.value.StateDigest;

/**
 * The two digests in a neighbour's update.
 *
 * @param before digest that the sender assumed this node to hold
 * @param after digest that the sender holds
 */
public record DigestPair(StateDigest before, StateDigest after) {}
