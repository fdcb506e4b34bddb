package dev.tributary.core.engine;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.conformance.MergeLawConfig;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.loop.LoopConfig;
import dev.tributary.core.membership.MembershipConfig;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.subscription.SubscriptionConfig;

/** The settings from which a node is assembled, one part for each package. */
public interface EngineConfig {

    LoopConfig loop();

    OperationConfig operations();

    SubscriptionConfig subscriptions();

    RingConfig ring();

    MembershipConfig membership();

    ContractLimits contracts();

    MergeLawConfig mergeLaws();

    HostingConfig hosting();
}
