/**
 * The operations as {@code Mono} pipelines, one file each. Read {@link dev.tributary.core.operation.PutOperation}, then
 * {@link dev.tributary.core.operation.Subscriptions} for how changes reach subscribers, then the shared parts:
 * {@link dev.tributary.core.operation.Exchanges} and {@link dev.tributary.core.operation.Admission}.
 */
@NullMarked
package dev.tributary.core.operation;

import org.jspecify.annotations.NullMarked;
