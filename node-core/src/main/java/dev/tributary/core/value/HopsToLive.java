package dev.tributary.core.value;

/** Number of hops that a message may still make. */
public record HopsToLive(int left) {

    /** Maximum number of hops that a message may request. */
    public static final int MAX = 32;

    public HopsToLive {
        if (left < 0 || left > MAX) {
            throw new IllegalArgumentException("hops to live must be in 0.." + MAX + ", not " + left);
        }
    }

    public boolean spent() {
        return left == 0;
    }

    /** Returns the value after one hop; throws {@link IllegalStateException} if none is left. */
    public HopsToLive afterHop() {
        if (spent()) {
            throw new IllegalStateException("no hop left");
        }
        return new HopsToLive(left - 1);
    }
}
