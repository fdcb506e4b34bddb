/**
 * A client of a node that runs in another process, on that node's client door. Read
 * {@link dev.tributary.transport.client.remote.NodeClient} first, then
 * {@link dev.tributary.transport.client.remote.NodeClientConfig} and
 * {@link dev.tributary.transport.client.remote.NodeClientException}.
 */
@NullMarked
package dev.tributary.transport.client.remote;

import org.jspecify.annotations.NullMarked;
