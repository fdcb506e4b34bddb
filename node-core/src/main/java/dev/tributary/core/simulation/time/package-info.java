/**
 * The virtual time of a simulation: one thread, one heap of tasks, a scheduler and a clock for each node. Read
 * {@link dev.tributary.core.simulation.time.SimulatedTime}.
 */
@NullMarked
package dev.tributary.core.simulation.time;

import org.jspecify.annotations.NullMarked;
