/**
 * The commands for operators of a node: backup, restore, and those on the store of a stopped or a running node. Read
 * {@link dev.tributary.app.store.StoreCommands} and {@code StoreCommand} first.
 */
@NullMarked
package dev.tributary.app.store;

import org.jspecify.annotations.NullMarked;
