package dev.tributary.core.limit;

/**
 * How much of the heap each kind of bytes that peers can make the node hold may use. All shares are fractions of the
 * heap: their sum is below five eighths of it, whatever its size, and the rest is left to the node's own clients, its
 * contracts and its caches. Immutable.
 *
 * @param heap maximum size of the heap in bytes
 */
public record MemoryPlan(long heap) {

    private static final long MIB = 1 << 20;

    private static final int INCOMING = 6;
    private static final int REQUESTS = 8;
    private static final int ANSWERS = 6;
    private static final int BRIEF_ANSWERS = 64;
    private static final int BACKGROUND = 32;
    private static final int LARGEST_STATE = 16;

    /** Maxima beyond which more memory has no use: those of a heap of 4 GiB. */
    private static final long MAX_INCOMING = 682 * MIB;

    private static final long MAX_REQUESTS = 256 * MIB;
    private static final long MAX_ANSWERS = 512 * MIB;
    private static final long MAX_BACKGROUND = 128 * MIB;

    /** Share of a budget that one peer may use: one of the largest messages must fit. */
    private static final int PEER_SHARE = 2;

    /** Share of the brief answers that one peer may use. */
    private static final int BRIEF_PEER_SHARE = 8;

    public MemoryPlan {
        if (heap < 16 * MIB) {
            throw new IllegalArgumentException("a heap of " + heap + " bytes is too small; at least 16 MiB are needed");
        }
    }

    /** The plan for the heap of this process. */
    public static MemoryPlan ofThisProcess() {
        return new MemoryPlan(Math.max(16 * MIB, Runtime.getRuntime().maxMemory()));
    }

    /** Messages that arrive, from their announcement until the node has taken them over. */
    public MemoryBudget incoming() {
        return budget("incoming", Math.min(MAX_INCOMING, heap / INCOMING), PEER_SHARE);
    }

    /** Requests and updates of peers that are under way, with code, parameters and state, and answers being read. */
    public MemoryBudget requests() {
        return requests(MAX_REQUESTS);
    }

    /** The same with another maximum, if that is lower. */
    public MemoryBudget requests(long maximum) {
        return budget("requests", Math.min(Math.min(maximum, MAX_REQUESTS), heap / REQUESTS), PEER_SHARE);
    }

    /** Messages that wait to be sent on all links. */
    public MemoryBudget answers() {
        return budget("answers", Math.min(MAX_ANSWERS, heap / ANSWERS), PEER_SHARE);
    }

    /** Brief messages that wait to be sent, such as refusals, so that they fit when answers do not. */
    public MemoryBudget briefAnswers() {
        return budget("brief answers", heap / BRIEF_ANSWERS, BRIEF_PEER_SHARE);
    }

    /** Maximum bytes of states in work that nothing waits for. */
    public long background() {
        return Math.min(MAX_BACKGROUND, heap / BACKGROUND);
    }

    /** Maximum size of a state in bytes: with its code it fits the share of one peer in every budget. */
    public long largestState() {
        return Math.min(heap / LARGEST_STATE, MAX_REQUESTS / PEER_SHARE);
    }

    /** The sum of all budgets in bytes, with one copy of a largest message in each of two decoders. */
    public long sum() {
        long decoding = 2 * incoming().perOwner() / PEER_SHARE;
        return incoming().total()
                + requests().total()
                + answers().total()
                + briefAnswers().total()
                + background()
                + decoding;
    }

    private static MemoryBudget budget(String name, long total, int share) {
        return new MemoryBudget(name, total, Math.max(1, total / share));
    }
}
