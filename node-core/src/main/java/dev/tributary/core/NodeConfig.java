package dev.tributary.core;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.MergeLawConfig;
import dev.tributary.core.engine.EngineConfig;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.loop.LoopConfig;
import dev.tributary.core.membership.MembershipConfig;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.subscription.SubscriptionConfig;

/** All settings of a node; each part is documented in its own type. */
public record NodeConfig(
        LoopConfig loop,
        OperationConfig operations,
        SubscriptionConfig subscriptions,
        RingConfig ring,
        MembershipConfig membership,
        ContractLimits contracts,
        MergeLawConfig mergeLaws,
        HostingConfig hosting)
        implements EngineConfig {

    public static NodeConfig defaults() {
        return new NodeConfig(
                LoopConfig.DEFAULT,
                OperationConfig.DEFAULT,
                SubscriptionConfig.DEFAULT,
                RingConfig.DEFAULT,
                MembershipConfig.DEFAULT,
                ContractLimits.DEFAULT,
                MergeLawConfig.DEFAULT,
                HostingConfig.DEFAULT);
    }

    public NodeConfig withLoop(LoopConfig loop) {
        return new NodeConfig(loop, operations, subscriptions, ring, membership, contracts, mergeLaws, hosting);
    }

    public NodeConfig withOperations(OperationConfig operations) {
        return new NodeConfig(loop, operations, subscriptions, ring, membership, contracts, mergeLaws, hosting);
    }

    public NodeConfig withSubscriptions(SubscriptionConfig subscriptions) {
        return new NodeConfig(loop, operations, subscriptions, ring, membership, contracts, mergeLaws, hosting);
    }

    public NodeConfig withRing(RingConfig ring) {
        return new NodeConfig(loop, operations, subscriptions, ring, membership, contracts, mergeLaws, hosting);
    }

    public NodeConfig withMembership(MembershipConfig membership) {
        return new NodeConfig(loop, operations, subscriptions, ring, membership, contracts, mergeLaws, hosting);
    }

    public NodeConfig withContracts(ContractLimits contracts) {
        return new NodeConfig(loop, operations, subscriptions, ring, membership, contracts, mergeLaws, hosting);
    }

    public NodeConfig withMergeLaws(MergeLawConfig mergeLaws) {
        return new NodeConfig(loop, operations, subscriptions, ring, membership, contracts, mergeLaws, hosting);
    }

    public NodeConfig withHosting(HostingConfig hosting) {
        return new NodeConfig(loop, operations, subscriptions, ring, membership, contracts, mergeLaws, hosting);
    }
}
