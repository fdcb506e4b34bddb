/**
 * The data directory of a node, which one process uses at a time: its key, its known peers and a mark that tells a copied
 * directory from its original. Read {@link dev.tributary.app.directory.DataDirectory}.
 */
@NullMarked
package dev.tributary.app.directory;

import org.jspecify.annotations.NullMarked;
