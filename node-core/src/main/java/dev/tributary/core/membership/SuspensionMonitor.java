package dev.tributary.core.membership;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.loop.DisposableSet;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.Exchanges;
import dev.tributary.core.request.PeerProbe;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Finds out that the machine was suspended, and closes the links that died meanwhile. The sign of it, a wall clock that
 * advanced while the monotonic clock did not, is also that of a clock that was set; so each link is probed, and only
 * those whose peer does not answer are closed. Loop thread only.
 */
final class SuspensionMonitor {

    /** Clock jump from which the machine counts as suspended, as in the network's other nodes. */
    private static final Duration THRESHOLD = Duration.ofMinutes(2);

    /** Timeout of the probe: a live peer answers in milliseconds, and dead links delay the return to the network. */
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

    private static final CloseReason NO_ANSWER =
            new CloseReason(CloseReason.Kind.LOST, "no answer after the machine was suspended");

    private static final Logger log = LoggerFactory.getLogger(SuspensionMonitor.class);

    private final RequestContext context;
    private final Exchanges exchanges;
    private final DisposableSet probes = new DisposableSet();
    private long clockSkew;

    SuspensionMonitor(RequestContext context) {
        this.context = context;
        this.exchanges = context.exchanges();
        this.clockSkew = clockSkew();
    }

    /** Compares the clocks since the last check; after a jump, probes these links and closes those that are dead. */
    void check(List<PeerLink> links) {
        long jumpMillis = clockSkew() - clockSkew;
        clockSkew += jumpMillis;
        if (jumpMillis > THRESHOLD.toMillis()) {
            log.info(
                    "machine was suspended or its clock was set, probes its links seconds={} links={}",
                    Duration.ofMillis(jumpMillis).toSeconds(),
                    links.size());
            links.forEach(this::probe);
        }
    }

    /** Cancels all probes. */
    void stop() {
        probes.dispose();
    }

    private void probe(PeerLink link) {
        Disposable.Swap handle = Disposables.swap();
        probes.add(handle);
        handle.update(PeerProbe.send(exchanges, link, context.ids().get(), context.self(), PROBE_TIMEOUT)
                .doFinally(end -> probes.remove(handle))
                .subscribe(answer -> {}, failure -> onFailure(link, failure)));
    }

    /** Only silence shows that a link is dead; one without a free credit is in use. */
    private static void onFailure(PeerLink link, Throwable failure) {
        if (failure instanceof NodeException known && known.kind() == NodeException.Kind.EXCHANGE_TIMEOUT) {
            link.close(NO_ANSWER);
        }
    }

    private long clockSkew() {
        TimeSource time = context.time();
        return time.clock().millis() - Duration.ofNanos(time.nanos()).toMillis();
    }
}
