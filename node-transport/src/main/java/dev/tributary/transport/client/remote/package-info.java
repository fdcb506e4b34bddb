/**
 * A client of a node in another process, over its client API. Read
 * {@link dev.tributary.transport.client.remote.NodeClient} first, then
 * {@link dev.tributary.transport.client.remote.NodeClientConfig} and
 * {@link dev.tributary.transport.client.remote.NodeClientException}.
 */
@NullMarked
package dev.tributary.transport.client.remote;

import org.jspecify.annotations.NullMarked;
