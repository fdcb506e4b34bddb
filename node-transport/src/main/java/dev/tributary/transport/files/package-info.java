/**
 * Files that only their owner may read. Read {@link dev.tributary.transport.files.OwnerOnly}.
 */
@NullMarked
package dev.tributary.transport.files;

import org.jspecify.annotations.NullMarked;
