package dev.tributary.core.operation;

/**
 * How many subscribers a node has at most. Whoever comes when there are as many is refused at once.
 *
 * @param subscribers in all, 1 to 2^24
 * @param perContract of one contract, 1 to 2^24
 * @param contracts how many contracts have subscribers at once, 1 to 2^20: each is hosted here whatever else is
 */
public record SubscriptionConfig(int subscribers, int perContract, int contracts) {

    /**
     * A subscriber takes less than half a kilobyte: the most that there can be take 32 MB. 4096 contracts are a fraction of
     * what a node may host, so that what others ask for has its place too.
     */
    public static final SubscriptionConfig DEFAULT = new SubscriptionConfig(65_536, 16_384, 4096);

    public SubscriptionConfig {
        within("subscribers", subscribers, 1 << 24);
        within("perContract", perContract, 1 << 24);
        within("contracts", contracts, 1 << 20);
    }

    public SubscriptionConfig withSubscribers(int subscribers) {
        return new SubscriptionConfig(subscribers, perContract, contracts);
    }

    public SubscriptionConfig withPerContract(int perContract) {
        return new SubscriptionConfig(subscribers, perContract, contracts);
    }

    public SubscriptionConfig withContracts(int contracts) {
        return new SubscriptionConfig(subscribers, perContract, contracts);
    }

    private static void within(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " must be in 1.." + most + ", not " + value);
        }
    }
}
