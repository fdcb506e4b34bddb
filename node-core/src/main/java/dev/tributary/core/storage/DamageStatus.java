package dev.tributary.core.storage;

/**
 * What is known about damaged copies.
 *
 * @param damaged number of contracts whose copy on this node cannot be read now
 * @param lost number of these that no other node has had a copy of for a day; the operator may drop them
 * @param found counter: damaged copies found since the node started
 * @param repaired counter: copies that could be read again since the node started
 * @param scrubs counter: complete passes of the scrub since the node started
 * @param scrubbedBytes counter: bytes that the scrub has read since the node started
 * @param isScrubPaused whether the operator paused the scrub
 */
public record DamageStatus(
        int damaged, int lost, long found, long repaired, long scrubs, long scrubbedBytes, boolean isScrubPaused) {}
