/**
 * Checks and measures of the project's own sources: words, sizes, packages. Read
 * {@link dev.tributary.core.house.SourceTree}, then {@link dev.tributary.core.house.HouseReport}.
 */
@NullMarked
package dev.tributary.core.house;

import org.jspecify.annotations.NullMarked;
