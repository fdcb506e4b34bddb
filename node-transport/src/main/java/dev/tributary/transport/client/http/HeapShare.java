package dev.tributary.transport.client.http;

/** Limits that follow from the memory of this process. */
public final class HeapShare {

    private HeapShare() {}

    /**
     * Returns a share of the maximum heap, in bytes. Netty's limit of direct memory is the maximum heap too.
     *
     * @param divisor the heap is divided by this number
     */
    public static long of(int divisor, long minimum, long maximum) {
        return Math.max(minimum, Math.min(maximum, Runtime.getRuntime().maxMemory() / divisor));
    }
}
