/**
 * Subscriptions of this node's clients: the state that is held first, then every change. Read
 * {@link dev.tributary.core.subscription.Subscriptions}, then {@link dev.tributary.core.subscription.ContractSubscribers}.
 */
@NullMarked
package dev.tributary.core.subscription;

import org.jspecify.annotations.NullMarked;
