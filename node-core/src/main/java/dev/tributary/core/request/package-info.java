/**
 * What all operations share: a request to one neighbour and its reply, the choice of the next hop, deadlines, limits and
 * refusals. Read {@link dev.tributary.core.request.Exchanges}, then {@link dev.tributary.core.request.Forwarder}. Workers
 * take what is due from a {@link dev.tributary.core.request.KeyedWorkQueue}.
 */
@NullMarked
package dev.tributary.core.request;

import org.jspecify.annotations.NullMarked;
