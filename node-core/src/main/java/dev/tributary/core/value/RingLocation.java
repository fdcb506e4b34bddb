package dev.tributary.core.value;

/** A point on the ring, from 0 (inclusive) to 1 (exclusive). */
public record RingLocation(double value) {

    public RingLocation {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException("ring location must be in [0, 1), not " + value);
        }
    }

    /** The way to the other point, the shorter way round: from 0 to 0.5. 0.9 and 0.1 are 0.2 apart. */
    public double distanceTo(RingLocation other) {
        double gap = Math.abs(value - other.value);
        return Math.min(gap, 1 - gap);
    }

    /** The way to the other point in the direction of growing locations: from 0 (inclusive) to 1 (exclusive). */
    public double clockwiseTo(RingLocation other) {
        double way = other.value - value;
        return way < 0 ? Math.min(way + 1, Math.nextDown(1.0)) : way;
    }

    /** The point this far away, in the direction of growing locations, or of falling ones if it is negative. */
    public RingLocation plus(double distance) {
        double sum = value + distance;
        double within = sum - Math.floor(sum);
        return new RingLocation(within < 1 ? within : 0);
    }
}
