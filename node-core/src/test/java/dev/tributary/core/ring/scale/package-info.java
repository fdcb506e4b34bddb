/**
 * Benchmarks of routing in networks of up to 100 000 nodes: topologies and routers without operations. Read
 * {@link dev.tributary.core.ring.scale.RoutingScale}.
 */
@NullMarked
package dev.tributary.core.ring.scale;

import org.jspecify.annotations.NullMarked;
