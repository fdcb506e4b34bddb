/**
 * Whether the tests see a fault: each mutant is a class with one deliberate fault, and its named tests must fail. Read
 * {@link dev.tributary.core.mutation.MutantRun}.
 */
@NullMarked
package dev.tributary.core.mutation;

import org.jspecify.annotations.NullMarked;
