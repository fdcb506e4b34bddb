/**
 * A node put together, started and stopped: the only package that knows all others. Read
 * {@link dev.tributary.core.engine.NodeEngine}, then {@link dev.tributary.core.engine.EventDispatcher}, which hands each event to the part that it concerns.
 */
@NullMarked
package dev.tributary.core.engine;

import org.jspecify.annotations.NullMarked;
