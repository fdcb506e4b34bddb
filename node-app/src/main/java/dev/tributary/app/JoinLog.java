package dev.tributary.app;

import dev.tributary.core.Node;
import dev.tributary.core.loop.RingSnapshot.Standing;
import dev.tributary.core.value.NodeNotice;
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

/** Tells an operator in the log what keeps a node from joining: a gateway that cannot be had, or nobody at all. */
final class JoinLog implements AutoCloseable {

    /** Twice in a row is not a moment's bad luck. */
    private static final Duration LOOKS = Duration.ofSeconds(30);

    private static final Duration QUIET = Duration.ofMinutes(10);

    private static final Logger log = LoggerFactory.getLogger(JoinLog.class);

    private final Node node;
    private final Set<PeerAddress> gateways = new HashSet<>();
    private final Scheduler scheduler;
    private final boolean knowsOthers;
    private final Map<PeerAddress, Long> told = new HashMap<>();
    private final Disposable.Composite watching = Disposables.composite();
    private int lonelyLooks;

    /**
     * Begins to watch.
     *
     * @param gateways of the configuration
     * @param acquaintances whom the node knows from before
     */
    JoinLog(Node node, Collection<PeerContact> gateways, Collection<PeerContact> acquaintances, Scheduler scheduler) {
        this.node = node;
        this.scheduler = scheduler;
        this.knowsOthers = !gateways.isEmpty() || !acquaintances.isEmpty();
        gateways.forEach(gateway -> this.gateways.add(gateway.address()));
        watching.add(node.events()
                .ofType(NodeNotice.DialFailed.class)
                .publishOn(scheduler)
                .subscribe(this::dialFailed, failure -> log.error("nobody watches the gateways any more", failure)));
        watching.add(Flux.interval(LOOKS, scheduler)
                .onBackpressureDrop()
                .subscribe(look -> look(), failure -> log.error("nobody watches the ring any more", failure)));
    }

    @Override
    public void close() {
        watching.dispose();
    }

    private void dialFailed(NodeNotice.DialFailed failed) {
        long now = scheduler.now(TimeUnit.MILLISECONDS);
        Long last = told.get(failed.address());
        if (gateways.contains(failed.address()) && (last == null || now - last > QUIET.toMillis())) {
            told.put(failed.address(), now);
            log.warn("gateway={} cannot be had, it is tried again: {}", failed.address(), failed.reason());
        }
    }

    private void look() {
        boolean alone = knowsOthers && node.status().ring().standing() == Standing.ISOLATED;
        if (!alone && lonelyLooks > 1) {
            log.info(
                    "no longer alone: {} neighbours", node.status().neighbours().size());
        }
        lonelyLooks = alone ? lonelyLooks + 1 : 0;
        if (lonelyLooks == 2) {
            log.warn(
                    "no neighbours for {} s: none of the {} gateways and of the peers known from before answers",
                    LOOKS.multipliedBy(2).toSeconds(),
                    gateways.size());
        }
    }
}
