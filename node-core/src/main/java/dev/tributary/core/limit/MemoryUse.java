package dev.tributary.core.limit;

/**
 * What holds memory that strangers and clients can make the node use, each with its share of the {@link MemoryPlan}. The
 * shares of a pool may exceed the pool: each use has a part of the pool for itself, and takes the rest as it is free.
 */
public enum MemoryUse {
    /** Messages of peers, from their announcement until the node has taken them over. */
    INCOMING("incoming", Pool.TRANSIT, 167, 682),
    /** Requests and updates of peers under way, with code, parameters and state, and answers being read. */
    REQUESTS("requests", Pool.TRANSIT, 143, 256),
    /** Messages that wait to be sent to peers. */
    ANSWERS("answers", Pool.TRANSIT, 167, 512),
    /** Partial and queued messages of clients. */
    CLIENT_MESSAGES("client messages", Pool.TRANSIT, 167, 256),
    /** Copies of client messages while they are decoded. */
    CLIENT_COPIES("client copies", Pool.TRANSIT, 83, 128),
    /** Payloads of running requests of clients. */
    CLIENT_REQUESTS("client requests", Pool.TRANSIT, 143, 512),
    /** Answers that wait to be sent to clients. */
    CLIENT_ANSWERS("client answers", Pool.TRANSIT, 100, 512),
    /** Large notifications that are being sent to clients. */
    CLIENT_NOTIFICATIONS("client notifications", Pool.TRANSIT, 100, 512),
    /** States that wait for the subscribers of this node. */
    SUBSCRIBER_STATES("subscriber states", Pool.TRANSIT, 63, 256),
    /** States that wait to be sent to subscribed clients. */
    CLIENT_UPDATES("client updates", Pool.TRANSIT, 72, 256),
    /** Bodies of HTTP responses. */
    RESPONSES("responses", Pool.TRANSIT, 63, 256),
    /** Pieces of files that are being sent to clients. */
    FILES("files", Pool.TRANSIT, 31, 64),

    /** Copies of the messages of peers while they are decoded, one for each decoder. */
    DECODING("decoding", Pool.NONE, 85, 512),
    /** Brief messages that wait to be sent, such as refusals, so that they fit when answers do not. */
    BRIEF_ANSWERS("brief answers", Pool.NONE, 16, 512),
    /** States in work that nothing waits for. */
    BACKGROUND("background", Pool.NONE, 31, 128),
    /** The engine's data while it loads a module. */
    LOADING("loading", Pool.NONE, 190, 1024),
    /** Memory of running WebAssembly guests, and their answers. */
    GUESTS("guests", Pool.NONE, 190, Integer.MAX_VALUE),
    /** Loaded modules; their classes are outside the heap. */
    MODULES("modules", Pool.NONE, 60, 256),
    /** States of merges that wait for a check of the merge law. */
    MERGE_CHECKS("merge checks", Pool.NONE, 31, 160),
    /** Results of contract calls in a check of the merge law. */
    CHECK_RESULTS("check results", Pool.NONE, 16, 256),
    /** Changes that wait for the store. */
    STORE_WRITES("store writes", Pool.NONE, 47, 256),
    /** Cached pages of the store's index. */
    STORE_INDEX("store index", Pool.NONE, 31, 1024),
    /** Cached code of contracts. */
    STORE_CODE("store code", Pool.NONE, 16, 1024),
    /** Logs of recent changes, for comparisons with replicas. */
    CHANGE_LOGS("change logs", Pool.NONE, 16, 32),

    /** What the sockets of clients hold in direct memory; the rest of it is for the links to peers. */
    CLIENT_SOCKETS("client sockets", Pool.DIRECT, 125, 64);

    /** Memory that several uses share. */
    enum Pool {
        /** Messages, requests and answers on their way through the node. */
        TRANSIT(250),
        /** No pool: the use has its share for itself. */
        NONE(0),
        /** Direct memory, which is outside the heap. */
        DIRECT(0);

        private final int share;

        Pool(int share) {
            this.share = share;
        }

        /** Thousandths of what the plan divides. */
        int share() {
            return share;
        }
    }

    private static final long MIB = 1 << 20;

    private final String label;
    private final Pool pool;
    private final int share;
    private final long maxMib;

    MemoryUse(String label, Pool pool, int share, long maxMib) {
        this.label = label;
        this.pool = pool;
        this.share = share;
        this.maxMib = maxMib;
    }

    /** The name for people, in lower case. */
    public String label() {
        return label;
    }

    Pool pool() {
        return pool;
    }

    /** The ceiling in bytes: a share of this many bytes, at most the maximum beyond which more has no use. */
    long ceiling(long bytes) {
        return Math.max(1, Math.min(maxMib * MIB, bytes * share / 1000));
    }
}
