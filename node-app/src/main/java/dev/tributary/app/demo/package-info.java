/** Five nodes on one machine, shown at work. Read {@link dev.tributary.app.demo.Demo}. */
@NullMarked
package dev.tributary.app.demo;

import org.jspecify.annotations.NullMarked;
