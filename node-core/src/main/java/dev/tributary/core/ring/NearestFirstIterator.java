package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import java.util.Arrays;

/**
 * Iterates over the neighbours of a ring by increasing distance from a target; ties are broken by the smaller id. It
 * starts at the target and proceeds in both directions, so the first few steps do not visit the other neighbours. Not
 * thread-safe.
 */
final class NearestFirstIterator {

    private final PeerId[] peers;
    private final double[] locations;
    private final double target;
    private final int size;
    private int remaining;

    /** Next index in the direction of increasing locations; indexes beyond the end wrap around the ring. */
    private int up;

    /**
     * Next index in the other direction, and first and last index at its location: these come by increasing id, too.
     */
    private int down;

    private int first;
    private int last;

    NearestFirstIterator(PeerId[] peers, double[] locations, double target) {
        this.peers = peers;
        this.locations = locations;
        this.target = target;
        this.size = peers.length;
        this.remaining = size;
        int index = Arrays.binarySearch(locations, target);
        this.up = index < 0 ? -index - 1 : firstAt(index);
        startLocation(up - 1);
    }

    /** Returns the index of the next neighbour, or -1 after the last. */
    int next() {
        if (remaining == 0) {
            return -1;
        }
        remaining--;
        if (isUpNearer()) {
            return wrap(up++);
        }
        int taken = wrap(down++);
        if (down > last) {
            startLocation(first - 1);
        }
        return taken;
    }

    private boolean isUpNearer() {
        if (up - size >= first) {
            // Both directions have met at the last remaining location.
            return false;
        }
        int above = wrap(up);
        int below = wrap(down);
        double upwards = Ring.distance(locations[above], target);
        double downwards = Ring.distance(locations[below], target);
        return upwards != downwards ? upwards < downwards : peers[above].compareTo(peers[below]) < 0;
    }

    private void startLocation(int end) {
        last = end;
        first = end;
        while (remaining > 0 && first > up - size && locations[wrap(first - 1)] == locations[wrap(end)]) {
            first--;
        }
        down = first;
    }

    private int firstAt(int index) {
        int start = index;
        while (start > 0 && locations[start - 1] == locations[index]) {
            start--;
        }
        return start;
    }

    private int wrap(int index) {
        if (index < 0) {
            return index + size;
        }
        return index < size ? index : index - size;
    }
}
