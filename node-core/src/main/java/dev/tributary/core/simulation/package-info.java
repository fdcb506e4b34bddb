/**
 * Networks of whole nodes in one JVM, without sockets: {@link dev.tributary.core.simulation.InMemoryNetwork} in real time
 * and without faults, {@link dev.tributary.core.simulation.SimulatedNetwork} on virtual time, with every fault there is,
 * and the same run for the same seed. Read the latter first, then
 * {@link dev.tributary.core.simulation.SimulationReport}.
 */
@NullMarked
package dev.tributary.core.simulation;

import org.jspecify.annotations.NullMarked;
