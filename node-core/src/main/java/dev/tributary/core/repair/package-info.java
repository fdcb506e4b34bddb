/**
 * The upkeep of the copies on the disk: damaged ones are found and replaced, and the hosting budget follows the disk. Read
 * {@link dev.tributary.core.repair.RepairTasks}.
 */
@NullMarked
package dev.tributary.core.repair;

import org.jspecify.annotations.NullMarked;
