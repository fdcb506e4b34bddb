/**
 * The operations as Mono pipelines, one file each. Read {@link dev.tributary.core.operation.PutOperation}, then
 * {@link dev.tributary.core.operation.Subscriptions} for what becomes of a change, then what
 * the operations share: {@link dev.tributary.core.operation.Exchanges} and {@link dev.tributary.core.operation.Admission}.
 */
@NullMarked
package dev.tributary.core.operation;

import org.jspecify.annotations.NullMarked;
