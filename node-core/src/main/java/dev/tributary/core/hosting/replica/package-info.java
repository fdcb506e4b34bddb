/**
 * What is known of the replicas of one contract at this node's neighbours: which of them it is synchronised with, what
 * each was last known to hold, which changes it misses, and whether they confirm this node's replica. Read
 * {@link dev.tributary.core.hosting.replica.PeerReplicas}, then
 * {@link dev.tributary.core.hosting.replica.Confirmation}.
 */
@NullMarked
package dev.tributary.core.hosting.replica;

import org.jspecify.annotations.NullMarked;
