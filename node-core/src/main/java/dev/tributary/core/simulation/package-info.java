/**
 * Networks of complete nodes in one JVM, without sockets: {@link dev.tributary.core.simulation.InMemoryNetwork} in real
 * time without faults, {@link dev.tributary.core.simulation.SimulatedNetwork} on virtual time with latency, loss,
 * crashes and partitions, reproducible from a seed. Read the latter first, then the report,
 * {@link dev.tributary.core.simulation.SimulationReport}.
 */
@NullMarked
package dev.tributary.core.simulation;

import org.jspecify.annotations.NullMarked;
