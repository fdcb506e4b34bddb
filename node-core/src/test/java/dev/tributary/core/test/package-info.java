/** What every module's tests share. Read {@link dev.tributary.core.test.DroppedSignals}. */
@NullMarked
package dev.tributary.core.test;

import org.jspecify.annotations.NullMarked;
