package dev.tributary.transport.wire;

/**
 * The fields of messages, hellos and close frames. A field consists of its number (1 byte), its length (4 bytes) and
 * its value. A number has the same meaning in all messages; a reader skips unknown numbers.
 */
enum Field {
    HOPS_TO_LIVE(1, "hops to live"),
    VISITED(2, "visited"),
    BUDGET(3, "budget"),
    INSTANCE_ID(4, "contract instance id"),
    CODE_HASH(5, "code hash"),
    CODE(6, "code"),
    PARAMETERS(7, "parameters"),
    STATE(8, "state"),
    HOPS(9, "hops"),
    REPLICA_COUNT(10, "replica count"),
    REFUSAL_CODE(11, "refusal code"),
    DETAIL(12, "detail"),
    LAST_HOP(13, "last hop"),
    VERSIONS(14, "versions"),
    FEATURES(15, "features"),
    LISTEN_PORT(16, "listen port"),
    OBSERVED_HOST(17, "observed host"),
    OBSERVED_PORT(18, "observed port"),
    AGENT(19, "agent"),
    CLOSE_KIND(20, "close kind"),
    ROOT(21, "root"),
    TARGET(22, "target"),
    JOINER(23, "joiner"),
    DETOURS(24, "detours"),
    CONTACTS(25, "contacts"),
    LIFETIME(26, "lifetime"),
    ADJACENT(27, "adjacent"),
    REPLICAS(28, "held replicas"),
    VERDICTS(29, "verdicts"),
    STALE(30, "stale"),
    DIGEST(31, "state digest"),
    BEFORE(32, "state digest before"),
    SUMMARY(33, "summary"),
    CHANGES(34, "changes"),
    UNFOLLOWED(35, "unfollowed contracts"),
    OTHER_CONTACTS(36, "contacts of other protocols"),
    PROTOCOL(37, "transport protocol"),
    UNCONFIRMED(38, "unconfirmed replicas"),
    NETWORK(39, "network name"),
    MESSAGE_SIZE(40, "message size"),
    ACKNOWLEDGE(41, "acknowledge");

    /** Size of the header in bytes: number and length. */
    static final int HEADER_SIZE = 5;

    /** Upper bound of the numbers, exclusive. */
    static final int BOUND = 42;

    private final int number;
    private final String label;

    Field(int number, String label) {
        this.number = number;
        this.label = label;
    }

    int number() {
        return number;
    }

    /** Returns the name of the field for error messages. */
    String label() {
        return label;
    }
}
