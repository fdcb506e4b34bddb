/** The runnable node. Read {@link dev.tributary.app.Main} first, then the package {@code cli} behind it. */
@NullMarked
package dev.tributary.app;

import org.jspecify.annotations.NullMarked;
