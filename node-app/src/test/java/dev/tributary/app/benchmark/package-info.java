/** Programs that print figures; run by hand, never by the build. Read the class comment of each. */
@NullMarked
package dev.tributary.app.benchmark;

import org.jspecify.annotations.NullMarked;
