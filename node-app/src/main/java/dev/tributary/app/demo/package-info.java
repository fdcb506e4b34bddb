/** A demonstration with five nodes on one machine. Read {@link dev.tributary.app.demo.Demo}. */
@NullMarked
package dev.tributary.app.demo;

import org.jspecify.annotations.NullMarked;
