package dev.tributary.core;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.MergeLawConfig;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.loop.LoopConfig;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.subscription.SubscriptionConfig;

/** All settings of a node; each part is documented in its own type. */
public record NodeConfig(
        LoopConfig loop,
        OperationConfig operations,
        SubscriptionConfig subscriptions,
        RingConfig ring,
        ContractLimits contracts,
        MergeLawConfig conformance,
        HostingConfig hosting) {

    public static NodeConfig defaults() {
        return new NodeConfig(
                LoopConfig.DEFAULT,
                OperationConfig.DEFAULT,
                SubscriptionConfig.DEFAULT,
                RingConfig.DEFAULT,
                ContractLimits.DEFAULT,
                MergeLawConfig.DEFAULT,
                HostingConfig.DEFAULT);
    }

    public NodeConfig withLoop(LoopConfig loop) {
        return new NodeConfig(loop, operations, subscriptions, ring, contracts, conformance, hosting);
    }

    public NodeConfig withOperations(OperationConfig operations) {
        return new NodeConfig(loop, operations, subscriptions, ring, contracts, conformance, hosting);
    }

    public NodeConfig withSubscriptions(SubscriptionConfig subscriptions) {
        return new NodeConfig(loop, operations, subscriptions, ring, contracts, conformance, hosting);
    }

    public NodeConfig withRing(RingConfig ring) {
        return new NodeConfig(loop, operations, subscriptions, ring, contracts, conformance, hosting);
    }

    public NodeConfig withContracts(ContractLimits contracts) {
        return new NodeConfig(loop, operations, subscriptions, ring, contracts, conformance, hosting);
    }

    public NodeConfig withConformance(MergeLawConfig laws) {
        return new NodeConfig(loop, operations, subscriptions, ring, contracts, laws, hosting);
    }

    public NodeConfig withHosting(HostingConfig hosting) {
        return new NodeConfig(loop, operations, subscriptions, ring, contracts, conformance, hosting);
    }
}
