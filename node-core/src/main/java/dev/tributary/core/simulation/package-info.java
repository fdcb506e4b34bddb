/**
 * Networks of whole nodes in one JVM, without sockets. Read
 * {@link dev.tributary.core.simulation.InMemoryNetwork}.
 */
@NullMarked
package dev.tributary.core.simulation;

import org.jspecify.annotations.NullMarked;
