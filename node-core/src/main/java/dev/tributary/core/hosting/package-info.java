/**
 * The contracts that this node hosts, and how their replicas stay in sync with those of neighbours. Read
 * {@link dev.tributary.core.hosting.HostedContracts}, then {@link dev.tributary.core.hosting.HostingTable} and
 * {@link dev.tributary.core.hosting.CompareOperation}.
 */
@NullMarked
package dev.tributary.core.hosting;

import org.jspecify.annotations.NullMarked;
