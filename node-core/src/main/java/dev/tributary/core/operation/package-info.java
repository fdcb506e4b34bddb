/**
 * The operations that clients and peers ask for, as {@code Mono} pipelines, one file each. Read
 * {@link dev.tributary.core.operation.PutOperation}, then {@link dev.tributary.core.operation.GetOperation} and
 * {@link dev.tributary.core.operation.UpdateOperation}.
 */
@NullMarked
package dev.tributary.core.operation;

import org.jspecify.annotations.NullMarked;
