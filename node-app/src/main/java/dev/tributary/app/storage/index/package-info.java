/**
 * The index file below the contract store: how the index library opens, writes and syncs it, and what tells whether it is
 * whole. Read {@link dev.tributary.app.storage.index.IndexFile} first.
 */
@NullMarked
package dev.tributary.app.storage.index;

import org.jspecify.annotations.NullMarked;
