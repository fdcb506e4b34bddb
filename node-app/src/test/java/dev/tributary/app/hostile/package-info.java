/** Hostile peers against a node in a process of its own: {@link dev.tributary.app.hostile.HostilePeersReport}. */
@NullMarked
package dev.tributary.app.hostile;

import org.jspecify.annotations.NullMarked;
