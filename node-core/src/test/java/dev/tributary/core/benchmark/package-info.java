/** Measurements of the core, run by hand. Read {@link dev.tributary.core.benchmark.LoopBenchmark}. */
@NullMarked
package dev.tributary.core.benchmark;

import org.jspecify.annotations.NullMarked;
