package dev.tributary.core.operation;

import dev.tributary.core.value.StateDigest;

/**
 * What somebody who brings changes says of states.
 *
 * @param before what it believed to be held here
 * @param after what it holds itself
 */
record Claim(StateDigest before, StateDigest after) {}
