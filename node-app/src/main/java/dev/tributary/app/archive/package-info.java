/**
 * Archives of contracts: the format, its writers and readers, backup and restore. Read
 * {@link dev.tributary.app.archive.ArchiveEntry} for the layout, {@link dev.tributary.app.archive.Backup} and
 * {@link dev.tributary.app.archive.Restore} for what is done with it.
 */
@NullMarked
package dev.tributary.app.archive;

import org.jspecify.annotations.NullMarked;
