package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import java.util.Arrays;

/**
 * Goes over the neighbours of a ring from the nearest to a target to the farthest; of those equally far the smaller id
 * comes first. It starts where the target is and looks to both sides, so a few steps cost no look at the others. For one
 * thread.
 */
final class Walk {

    private final PeerId[] peers;
    private final double[] places;
    private final double target;
    private final int size;
    private int left;

    /** The next one in the direction of growing locations; beyond the end the indexes go on round the ring. */
    private int up;

    /** The next one in the other direction, and the first and last of those at its place: they come by growing id too. */
    private int down;

    private int first;
    private int last;

    Walk(PeerId[] peers, double[] places, double target) {
        this.peers = peers;
        this.places = places;
        this.target = target;
        this.size = peers.length;
        this.left = size;
        int found = Arrays.binarySearch(places, target);
        this.up = found < 0 ? -found - 1 : firstAt(found);
        startPlace(up - 1);
    }

    /** The index of the next neighbour, -1 after the last. */
    int next() {
        if (left == 0) {
            return -1;
        }
        left--;
        if (isUpNearer()) {
            return wrap(up++);
        }
        int taken = wrap(down++);
        if (down > last) {
            startPlace(first - 1);
        }
        return taken;
    }

    private boolean isUpNearer() {
        if (up - size >= first) {
            // Only this place is left, and both sides have come to it.
            return false;
        }
        int above = wrap(up);
        int below = wrap(down);
        double upwards = Ring.distance(places[above], target);
        double downwards = Ring.distance(places[below], target);
        return upwards != downwards ? upwards < downwards : peers[above].compareTo(peers[below]) < 0;
    }

    private void startPlace(int end) {
        last = end;
        first = end;
        while (left > 0 && first > up - size && places[wrap(first - 1)] == places[wrap(end)]) {
            first--;
        }
        down = first;
    }

    private int firstAt(int index) {
        int start = index;
        while (start > 0 && places[start - 1] == places[index]) {
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
