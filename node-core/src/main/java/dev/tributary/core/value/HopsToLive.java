package dev.tributary.core.value;

/** How many hops a message may still make. */
public record HopsToLive(int left) {

    /** No message may ask for more than this, whatever its sender says. */
    public static final int MAX = 32;

    public HopsToLive {
        if (left < 0 || left > MAX) {
            throw new IllegalArgumentException("hops to live must be in 0.." + MAX + ", not " + left);
        }
    }

    public boolean spent() {
        return left == 0;
    }

    /** One hop less; throws {@link IllegalStateException} when there is none. */
    public HopsToLive afterHop() {
        if (spent()) {
            throw new IllegalStateException("no hop left");
        }
        return new HopsToLive(left - 1);
    }
}
