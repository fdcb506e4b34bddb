/**
 * Access control of the client API: source addresses, host names and tokens. Read
 * {@link dev.tributary.transport.client.access.SourceRule}, {@link dev.tributary.transport.client.access.OriginRule}
 * and {@link dev.tributary.transport.client.access.TokenStore} first.
 */
@NullMarked
package dev.tributary.transport.client.access;

import org.jspecify.annotations.NullMarked;
