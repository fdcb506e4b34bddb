/**
 * Which peers are neighbours: links, searches, dials, slots, and what heals a partition. Read
 * {@link dev.tributary.core.membership.NeighbourMaintenance}, then {@link dev.tributary.core.membership.LinkTable} and
 * {@link dev.tributary.core.membership.ConnectOperation}.
 */
@NullMarked
package dev.tributary.core.membership;

import org.jspecify.annotations.NullMarked;
