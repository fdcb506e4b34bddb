package dev.tributary.core.limit;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The one plan of the memory of a process: what the node itself needs is set aside, and the rest of the heap is divided
 * among all that strangers and clients can make the node hold. All ceilings that can be reached at the same time add up
 * to less than that rest. All limits in bytes that depend on the heap come from here. Thread-safe.
 */
public final class MemoryPlan {

    /** The network library's setting for the maximum of direct memory, in bytes. */
    public static final String DIRECT_PROPERTY = "io.netty.maxDirectMemory";

    private static final long MIB = 1 << 20;

    /** Part of the heap for the node itself: tables, threads, connections, the log, and room for the collector. */
    private static final int RESERVE = 8;

    private static final long MIN_RESERVE = 40 * MIB;
    private static final long MAX_RESERVE = 512 * MIB;

    /** What an idle node with few links and contracts uses. */
    private static final long IDLE = 30 * MIB;

    /** Part of the reserve of a small heap that tables have in any case. */
    private static final int MIN_TABLES = 4;

    /** A small heap has no room for the minimum. */
    private static final int MAX_RESERVE_SHARE = 4;

    /** Part of its ceiling that a use of a pool has for itself. */
    private static final int OWN = 16;

    /** Minimum of direct memory: the buffers of the default number of links, each while it reads and writes. */
    private static final long MIN_DIRECT = 128 * MIB;

    /** Share of a budget that one peer may use: one of the largest messages must fit. */
    private static final int PEER_SHARE = 2;

    /** Share of the brief answers that one peer may use. */
    private static final int BRIEF_PEER_SHARE = 8;

    /** Share of what the plan divides for the largest state: that of one peer in the requests. */
    private static final int LARGEST_STATE = 14;

    private static final long MAX_STATE = 128 * MIB;

    /** Size of the largest message of the network with its envelope, in bytes: state and code. */
    private static final long LARGEST_MESSAGE = 62 * MIB;

    private final long heap;
    private final long direct;
    private final Map<MemoryUse, MemoryPart> parts = new EnumMap<>(MemoryUse.class);

    /** The plan of this process, made when it is first needed. */
    private static final class OfThisProcess {
        private static final MemoryPlan PLAN = create();

        private static MemoryPlan create() {
            long heap = Math.max(16 * MIB, Runtime.getRuntime().maxMemory());
            long direct = Long.getLong(DIRECT_PROPERTY, 0);
            return new MemoryPlan(heap, direct > 0 ? direct : directFor(heap));
        }
    }

    /**
     * One use in the plan.
     *
     * @param use what holds the memory
     * @param ceiling maximum number of bytes
     * @param used number of bytes that are counted now; caches count elsewhere
     * @param isPooled whether it shares a pool with others
     */
    public record Entry(MemoryUse use, long ceiling, long used, boolean isPooled) {}

    /** A plan for a heap of this maximum size in bytes, at least 16 MiB, with the default of direct memory. */
    public MemoryPlan(long heap) {
        this(heap, directFor(heap));
    }

    /**
     * A plan for this memory.
     *
     * @param heap maximum size of the heap in bytes, at least 16 MiB
     * @param direct maximum size of the direct memory in bytes
     */
    public MemoryPlan(long heap, long direct) {
        if (heap < 16 * MIB) {
            throw new IllegalArgumentException("a heap of " + heap + " bytes is too small; at least 16 MiB are needed");
        }
        this.heap = heap;
        this.direct = direct;
        long own = Arrays.stream(MemoryUse.values())
                .filter(MemoryPlan::isPooled)
                .mapToLong(use -> use.ceiling(divided()) / OWN)
                .sum();
        MemoryBudget shared = MemoryBudget.shared("transit", transit() - own);
        for (MemoryUse use : MemoryUse.values()) {
            long ceiling = use.ceiling(use.pool() == MemoryUse.Pool.DIRECT ? direct : divided());
            parts.put(use, isPooled(use) ? new MemoryPart(ceiling, ceiling / OWN, shared) : new MemoryPart(ceiling));
        }
    }

    /** The plan of this process: one for all nodes in it, since they share its memory. */
    public static MemoryPlan ofThisProcess() {
        return OfThisProcess.PLAN;
    }

    /** The default maximum of direct memory for a heap of this size, in bytes. */
    public static long directFor(long heap) {
        return Math.max(MIN_DIRECT, heap / 2);
    }

    /** Maximum size of the heap in bytes. */
    public long heap() {
        return heap;
    }

    /** Maximum size of the direct memory in bytes, which is beside the heap. */
    public long direct() {
        return direct;
    }

    /** Bytes of the heap that are set aside for the node itself. */
    public long reserve() {
        long wanted = Math.max(MIN_RESERVE, Math.min(MAX_RESERVE, heap / RESERVE));
        return Math.min(heap / MAX_RESERVE_SHARE, wanted);
    }

    /** Bytes of the reserve for tables whose size strangers and clients decide: what an idle node leaves. */
    public long tables() {
        return Math.max(reserve() / MIN_TABLES, reserve() - IDLE);
    }

    /** Maximum number of entries of a table: as many as its share of the memory holds, at most this maximum. */
    public int entries(TableUse use, int maximum) {
        return Math.min(maximum, use.entries(tables()));
    }

    /** Maximum number of bytes of all messages, requests and answers on their way through the node. */
    public long transit() {
        return divided() * MemoryUse.Pool.TRANSIT.share() / 1000;
    }

    /** Maximum number of bytes of one use. */
    public long bytes(MemoryUse use) {
        return part(use).ceiling();
    }

    /** Creates a limit for one holder of a use; all holders together stay within the ceiling of the use too. */
    public Permits permits(MemoryUse use) {
        return permits(use, Long.MAX_VALUE);
    }

    /** The same with another maximum, if that is lower. */
    public Permits permits(MemoryUse use, long maximum) {
        return new Permits(Math.min(maximum, bytes(use)), part(use));
    }

    /** Creates a budget with a share for each peer: for what arrives, for requests, and for what waits to be sent. */
    public MemoryBudget budget(MemoryUse use) {
        return budget(use, Long.MAX_VALUE);
    }

    /** The same with another maximum, if that is lower. */
    public MemoryBudget budget(MemoryUse use, long maximum) {
        long total = Math.min(maximum, bytes(use));
        int share = use == MemoryUse.BRIEF_ANSWERS ? BRIEF_PEER_SHARE : PEER_SHARE;
        return MemoryBudget.of(part(use), use.label(), total, Math.max(1, total / share));
    }

    /** Maximum size of a state in bytes: it fits the share of one peer in every budget. */
    public long largestState() {
        return Math.min(divided() / LARGEST_STATE, MAX_STATE);
    }

    /** Number of messages of peers that may be decoded at once, 1 to this maximum. */
    public int decoders(int maximum) {
        long largest = Math.min(LARGEST_MESSAGE, bytes(MemoryUse.INCOMING) / PEER_SHARE);
        return (int) Math.max(1, Math.min(maximum, bytes(MemoryUse.DECODING) / largest));
    }

    /** All uses, in their order. */
    public List<Entry> entries() {
        return Arrays.stream(MemoryUse.values())
                .map(use -> new Entry(use, bytes(use), part(use).used(), isPooled(use)))
                .toList();
    }

    /** The sum of all ceilings on the heap that can be reached at the same time: a pool counts once. */
    public long sum() {
        return transit()
                + Arrays.stream(MemoryUse.values())
                        .filter(use -> use.pool() == MemoryUse.Pool.NONE)
                        .mapToLong(this::bytes)
                        .sum();
    }

    /** The plan in one line, with sizes for people. */
    @Override
    public String toString() {
        return "heap=" + size(heap) + " reserve=" + size(reserve()) + " direct=" + size(direct) + " transit="
                + size(transit()) + " of which at most " + ceilings(MemoryUse.Pool.TRANSIT) + "; besides "
                + ceilings(MemoryUse.Pool.NONE) + "; of direct " + ceilings(MemoryUse.Pool.DIRECT);
    }

    /** A number of bytes for people: whole MiB from ten on, below that one decimal, and KiB below one MiB. */
    public static String size(long bytes) {
        if (bytes >= 10 * MIB) {
            return bytes / MIB + "MiB";
        }
        return bytes >= MIB
                ? String.format(Locale.ROOT, "%.1fMiB", (double) bytes / MIB)
                : (bytes + 1023) / 1024 + "KiB";
    }

    private String ceilings(MemoryUse.Pool pool) {
        return Arrays.stream(MemoryUse.values())
                .filter(use -> use.pool() == pool)
                .map(use -> use.label().replace(' ', '-') + "=" + size(bytes(use)))
                .collect(Collectors.joining(" "));
    }

    private long divided() {
        return heap - reserve();
    }

    private static boolean isPooled(MemoryUse use) {
        return use.pool() == MemoryUse.Pool.TRANSIT;
    }

    private MemoryPart part(MemoryUse use) {
        return Objects.requireNonNull(parts.get(use));
    }
}
