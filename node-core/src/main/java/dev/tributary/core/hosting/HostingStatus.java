package dev.tributary.core.hosting;

import dev.tributary.core.storage.DamageStatus;

/**
 * A snapshot of what a node hosts.
 *
 * @param contracts number of hosted contracts
 * @param bytes number of bytes of their states, parameters and code
 * @param budget maximum number of hosted bytes
 * @param roots number of hosted contracts whose root is this node: no neighbour is nearer to their location
 * @param underReplicated number of those that are not known to have all their replicas
 * @param evicted counter: contracts evicted since the node started
 * @param refused counter: contracts refused for lack of room since the node started
 * @param copies what is particular about some of them
 */
public record HostingStatus(
        int contracts,
        long bytes,
        long budget,
        int roots,
        int underReplicated,
        long evicted,
        long refused,
        Copies copies) {

    /**
     * What is particular about some of the hosted copies.
     *
     * @param unconfirmed counter: answers to GETs of clients that no other host had confirmed, since the node started
     * @param diverged number of contracts of which a peer holds a state that cannot be merged with this node's
     * @param pinned number of pinned contracts
     * @param pinnedBytes number of bytes of their states and parameters
     * @param damage damaged copies
     */
    public record Copies(long unconfirmed, int diverged, int pinned, long pinnedBytes, DamageStatus damage) {}
}
