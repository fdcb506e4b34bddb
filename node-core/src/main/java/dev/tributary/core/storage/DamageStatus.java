package dev.tributary.core.storage;

/**
 * What is known about damaged copies.
 *
 * @param damaged number of contracts whose copy on this node cannot be read now
 * @param found counter: damaged copies found since the node started
 * @param repaired counter: copies that could be read again since the node started
 * @param scrubs counter: complete passes of the scrub since the node started
 * @param scrubbedBytes counter: bytes that the scrub has read since the node started
 */
public record DamageStatus(int damaged, long found, long repaired, long scrubs, long scrubbedBytes) {}
