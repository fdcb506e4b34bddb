package dev.tributary.core.value;

/** A point on the ring, from 0 (inclusive) to 1 (exclusive). */
public record RingLocation(double value) {

    public RingLocation {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException("ring location must be in [0, 1), not " + value);
        }
    }

    /** Returns the shorter distance to the other point, from 0 to 0.5: 0.9 and 0.1 are 0.2 apart. */
    public double distanceTo(RingLocation other) {
        double gap = Math.abs(value - other.value);
        return Math.min(gap, 1 - gap);
    }

    /**
     * Returns the distance to the other point in the direction of increasing locations: from 0 (inclusive) to 1
     * (exclusive).
     */
    public double clockwiseTo(RingLocation other) {
        double distance = other.value - value;
        return distance < 0 ? Math.min(distance + 1, Math.nextDown(1.0)) : distance;
    }

    /**
     * Returns the point at this distance in the direction of increasing locations, or of decreasing ones if negative.
     */
    public RingLocation plus(double distance) {
        double sum = value + distance;
        double wrapped = sum - Math.floor(sum);
        return new RingLocation(wrapped < 1 ? wrapped : 0);
    }
}
