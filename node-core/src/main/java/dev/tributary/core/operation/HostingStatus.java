package dev.tributary.core.operation;

/**
 * What a node hosts, at one moment.
 *
 * @param contracts how many contracts
 * @param bytes of their states, parameters and code
 * @param budget how many bytes are hosted at most
 * @param roots how many of them have no host nearer to their location among the neighbours
 * @param underReplicated how many of those are not known to have all their copies
 * @param evicted counter: contracts given up for others since the node started
 * @param refused counter: contracts of other nodes for which there was no room
 */
public record HostingStatus(
        int contracts, long bytes, long budget, int roots, int underReplicated, long evicted, long refused) {}
