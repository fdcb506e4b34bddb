/** Benchmark programs that print measurements, run by hand and not by the build. See the comment of each class. */
@NullMarked
package dev.tributary.app.benchmark;

import org.jspecify.annotations.NullMarked;
