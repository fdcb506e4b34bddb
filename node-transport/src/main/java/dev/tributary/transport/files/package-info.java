/**
 * Files that only their owner may read, for the cache of web applications and for the store. Read
 * {@link dev.tributary.transport.files.OwnerOnly}.
 */
@NullMarked
package dev.tributary.transport.files;

import org.jspecify.annotations.NullMarked;
