package dev.tributary.app.node;

import dev.tributary.core.Node;
import dev.tributary.core.limit.TokenBucket;
import dev.tributary.core.membership.MembershipStatus.JoinState;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** Logs what keeps a node from joining the network: a gateway that cannot be dialled, or a lack of any neighbour. */
final class JoinMonitor implements AutoCloseable {

    /** Interval between checks for isolation; isolation is logged after two checks in a row. */
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(30);

    /** Rate limit of the warnings about one gateway. */
    private static final TokenBucket.Rate WARNING_RATE = TokenBucket.Rate.of(1, Duration.ofMinutes(10));

    private static final Logger log = LoggerFactory.getLogger(JoinMonitor.class);

    private final Node node;
    private final Set<PeerAddress> gateways = new HashSet<>();
    private final Scheduler scheduler;
    private final boolean knowsPeers;
    private final Map<PeerAddress, TokenBucket> warnings = new HashMap<>();
    private final Disposable.Composite subscriptions = Disposables.composite();
    private int isolatedChecks;

    /**
     * Starts monitoring.
     *
     * @param gateways the gateways of the configuration
     * @param knownPeers the peers known from an earlier run
     */
    JoinMonitor(Node node, Collection<PeerContact> gateways, Collection<PeerContact> knownPeers, Scheduler scheduler) {
        this.node = node;
        this.scheduler = scheduler;
        this.knowsPeers = !gateways.isEmpty() || !knownPeers.isEmpty();
        gateways.forEach(gateway -> this.gateways.add(gateway.address()));
        subscriptions.add(node.events()
                .ofType(NodeEvent.DialFailed.class)
                .publishOn(scheduler)
                .subscribe(
                        GuardedTask.of("gateway monitor", this::onDialFailed),
                        failure -> log.error("gateway monitor ended", failure)));
        subscriptions.add(Flux.interval(CHECK_INTERVAL, scheduler)
                .onBackpressureDrop()
                .subscribe(
                        GuardedTask.of("isolation monitor", tick -> check()),
                        failure -> log.error("isolation monitor ended", failure)));
    }

    @Override
    public void close() {
        subscriptions.dispose();
    }

    private void onDialFailed(NodeEvent.DialFailed failed) {
        long now = scheduler.now(TimeUnit.NANOSECONDS);
        if (gateways.contains(failed.address())
                && warnings.computeIfAbsent(failed.address(), unused -> new TokenBucket(WARNING_RATE, now))
                        .tryAcquire(now)) {
            log.warn("gateway dial failed, will retry gateway={} reason={}", failed.address(), failed.reason());
        }
    }

    private void check() {
        boolean isolated = knowsPeers && node.status().membership().joinState() == JoinState.ISOLATED;
        if (!isolated && isolatedChecks > 1) {
            log.info(
                    "no longer isolated neighbours={}",
                    node.status().neighbours().size());
        }
        isolatedChecks = isolated ? isolatedChecks + 1 : 0;
        if (isolatedChecks == 2) {
            log.warn(
                    "isolated, no gateway and no known peer answers seconds={} gateways={}",
                    CHECK_INTERVAL.multipliedBy(2).toSeconds(),
                    gateways.size());
        }
    }
}
