/**
 * The node's metrics for a monitoring system. Read {@link dev.tributary.app.metrics.NodeMetrics} first.
 */
@NullMarked
package dev.tributary.app.metrics;

import org.jspecify.annotations.NullMarked;
