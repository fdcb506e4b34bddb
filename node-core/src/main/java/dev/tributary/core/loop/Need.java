package dev.tributary.core.loop;

/** How urgently a node looks for neighbours. */
enum Need {

    /** It has all that it should have. */
    NOBODY,

    /** It has fewer than it should have. */
    MORE,

    /** It has none, and is nobody's guest. */
    ANYBODY
}
