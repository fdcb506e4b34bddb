/** Test fixtures shared by all modules. Read {@link dev.tributary.core.test.DroppedSignals}. */
@NullMarked
package dev.tributary.core.test;

import org.jspecify.annotations.NullMarked;
