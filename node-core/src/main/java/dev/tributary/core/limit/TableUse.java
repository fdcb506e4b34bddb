package dev.tributary.core.limit;

/**
 * The tables of the node whose number of entries strangers and clients decide, each with its share of what the reserve of
 * the {@link MemoryPlan} has for tables.
 */
public enum TableUse {
    /** Contracts that this node hosts: key, digests, demand, what its neighbours hold, and its place in the store. */
    HOSTED_CONTRACTS(600, 1536),
    /** Subscribers of contracts. */
    SUBSCRIBERS(250, 512),
    /** Contracts with subscribers, hosted or searched for. */
    SUBSCRIBED_CONTRACTS(150, 1024);

    private final int share;
    private final int entryBytes;

    TableUse(int share, int entryBytes) {
        this.share = share;
        this.entryBytes = entryBytes;
    }

    /** Thousandths of the memory of all tables. */
    int share() {
        return share;
    }

    /** Memory of an entry in bytes. */
    int entryBytes() {
        return entryBytes;
    }

    /** Maximum number of entries, if all tables have this many bytes. */
    int entries(long bytes) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes * share / 1000 / entryBytes));
    }
}
