package dev.tributary.core.subscription;

import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.TableUse;
import dev.tributary.core.value.Bounds;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Limits of a node's subscribers. A subscription beyond a limit is refused at once. On a small heap the limits of all
 * subscribers and contracts are lower, so that their tables fit ({@link MemoryPlan}).
 *
 * @param subscribers maximum number of subscribers of the node, 1 to 2^24
 * @param perContract maximum number of subscribers of one contract, 1 to 2^24
 * @param contracts maximum number of contracts with subscribers, 1 to 2^20; these contracts are never evicted
 */
@RecordBuilder
public record SubscriptionConfig(int subscribers, int perContract, int contracts)
        implements SubscriptionConfigBuilder.With {

    public SubscriptionConfig {
        Bounds.within("subscribers", subscribers, 1, 1 << 24);
        Bounds.within("perContract", perContract, 1, 1 << 24);
        Bounds.within("contracts", contracts, 1, 1 << 20);
    }

    /** These limits, lowered to what the plan has room for. */
    SubscriptionConfig within(MemoryPlan plan) {
        return withSubscribers(plan.entries(TableUse.SUBSCRIBERS, subscribers))
                .withContracts(plan.entries(TableUse.SUBSCRIBED_CONTRACTS, contracts));
    }

    /**
     * A subscriber takes less than 512 bytes, so 65 536 of them take at most 32 MB. 4096 contracts are a fraction of
     * what a node may host, so that contracts requested by peers have room too.
     */
    public static SubscriptionConfig defaults() {
        return SubscriptionConfigBuilder.builder()
                .subscribers(65_536)
                .perContract(16_384)
                .contracts(4096)
                .build();
    }
}
