/** Simulated networks on the command line. Read {@link dev.tributary.app.simulate.Simulation}. */
@NullMarked
package dev.tributary.app.simulate;

import org.jspecify.annotations.NullMarked;
