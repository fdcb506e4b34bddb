package dev.tributary.core;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.conformance.MergeLawConfig;
import dev.tributary.core.engine.EngineConfig;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.loop.LoopConfig;
import dev.tributary.core.membership.MembershipConfig;
import dev.tributary.core.membership.RedialBackoff;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.subscription.SubscriptionConfig;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * All settings of a node; each part is documented in its own type. Three presets are starting points:
 * {@link #local()} for tests and demonstrations on one machine, {@link #lan()} for a handful of trusted machines,
 * {@link #internet()} for everything else. All nodes of a network should use the same one.
 */
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

    /** The same as {@link #internet()}. */
    public static NodeConfig defaults() {
        return internet();
    }

    /**
     * For tests and demonstrations: nodes on one machine, many in one process, with states in memory. Links, lost peers
     * and missing replicas are found within seconds.
     */
    public static NodeConfig local() {
        return internet()
                // Two neighbours hold the other replicas of a PUT; eight bound the links of many nodes in one process.
                .withRing(RingConfig.defaults().withNeighbours(2, 8))
                // A dial and a round trip take milliseconds, and all nodes start at once.
                .withMembership(MembershipConfig.defaults()
                        .withSearchPause(Duration.ofMillis(200))
                        .withMaintenancePause(Duration.ofSeconds(2))
                        .withArrivalsPerSecond(1000)
                        .withRedialBackoff(new RedialBackoff(Duration.ofMillis(50), Duration.ofMillis(500))))
                // Two slow round trips take 50 ms on a busy machine; a test need not wait a minute for its failure.
                .withOperations(OperationConfig.defaults()
                        .withDeadline(Duration.ofSeconds(10))
                        .withHopMargin(Duration.ofMillis(50)))
                // By default a node stores states in its heap: 256 MiB hold five of the largest.
                .withHosting(HostingConfig.defaults().withBytes(256 << 20).withInterval(Duration.ofSeconds(5)))
                // Operations end within milliseconds, so a stopping node need not wait for them longer.
                .withLoop(LoopConfig.defaults().withStopTimeout(Duration.ofSeconds(2)));
    }

    /**
     * For a handful of trusted machines, up to some hundreds, on a network with short latency and without hostile
     * nodes. States of the largest size still pass within the deadline, which is that of the internet.
     */
    public static NodeConfig lan() {
        return internet()
                // At these limits, requests among 1 000 nodes stay within the hops to live; one prefix holds all
                // machines.
                .withRing(new RingConfig(8, 24, 24))
                // A join takes milliseconds instead of a second or two, and nodes restart together after a power cut.
                .withMembership(MembershipConfig.defaults()
                        .withSearchPause(Duration.ofSeconds(1))
                        .withMaintenancePause(Duration.ofSeconds(15))
                        .withArrivalsPerSecond(100)
                        .withRedialBackoff(new RedialBackoff(Duration.ofMillis(200), Duration.ofSeconds(5))))
                // Comparisons are cheap on a fast network: lost updates are repaired within half a minute.
                .withHosting(HostingConfig.defaults().withInterval(Duration.ofSeconds(30)));
    }

    /** For nodes on the internet: the network's numbers, with limits against hostile peers. */
    public static NodeConfig internet() {
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
