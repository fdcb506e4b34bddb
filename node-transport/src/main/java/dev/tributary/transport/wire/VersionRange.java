package dev.tributary.transport.wire;

import java.util.OptionalInt;

/** The protocol versions that a node supports, from the oldest to the newest, each in 1..65535. */
public record VersionRange(int oldest, int newest) {

    /** The versions that this node supports. */
    public static final VersionRange OURS = new VersionRange(1, 1);

    public VersionRange {
        if (oldest < 1 || newest < oldest || newest > 65535) {
            throw new IllegalArgumentException(
                    "versions must be a range within 1..65535, not " + oldest + ".." + newest);
        }
    }

    /** Returns the newest version in both ranges, or empty if there is none. */
    public OptionalInt common(VersionRange other) {
        int version = Math.min(newest, other.newest);
        return version < Math.max(oldest, other.oldest) ? OptionalInt.empty() : OptionalInt.of(version);
    }

    @Override
    public String toString() {
        return oldest == newest ? "version " + oldest : "versions " + oldest + " to " + newest;
    }
}
