/**
 * The results of a simulation, as values and as JSON. Read
 * {@link dev.tributary.core.simulation.report.SimulationReport}.
 */
@NullMarked
package dev.tributary.core.simulation.report;

import org.jspecify.annotations.NullMarked;
