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
import io.soabase.recordbuilder.core.RecordBuilder;

/** All settings of a node; each part is documented in its own type. */
@RecordBuilder
public record NodeConfig(
        LoopConfig loop,
        OperationConfig operations,
        SubscriptionConfig subscriptions,
        RingConfig ring,
        MembershipConfig membership,
        ContractLimits contracts,
        MergeLawConfig mergeLaws,
        HostingConfig hosting)
        implements EngineConfig, NodeConfigBuilder.With {

    public static NodeConfig defaults() {
        return NodeConfigBuilder.builder()
                .loop(LoopConfig.defaults())
                .operations(OperationConfig.defaults())
                .subscriptions(SubscriptionConfig.defaults())
                .ring(RingConfig.defaults())
                .membership(MembershipConfig.defaults())
                .contracts(ContractLimits.defaults())
                .mergeLaws(MergeLawConfig.defaults())
                .hosting(HostingConfig.defaults())
                .build();
    }
}
