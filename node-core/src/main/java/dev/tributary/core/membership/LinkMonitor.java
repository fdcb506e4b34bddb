package dev.tributary.core.membership;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.loop.DisposableSet;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.Exchanges;
import dev.tributary.core.request.PeerProbe;
import dev.tributary.core.request.RequestContext;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Closes links that look alive and are not: those whose peer has answered nothing for ten minutes, and those that died
 * while this node did not run. What {@link dev.tributary.core.request.PauseDetector} takes for a pause may also be a clock
 * that was set; so each link is probed, and only those whose peer does not answer are closed. Loop thread only.
 */
final class LinkMonitor {

    /** Length of a pause from which links are probed, as in the network's other nodes. */
    private static final Duration THRESHOLD = Duration.ofMinutes(2);

    /** Timeout of the probe: a live peer answers in milliseconds, and dead links delay the return to the network. */
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

    private static final CloseReason NO_ANSWER =
            new CloseReason(CloseReason.Kind.LOST, "no answer after the machine was suspended");

    /** Time without an answer after which a link is closed, however alive its connection is. */
    private static final Duration MAX_SILENCE = Duration.ofMinutes(10);

    private static final CloseReason SILENT =
            new CloseReason(CloseReason.Kind.SLOW_PEER, "no request was answered for 10 minutes");

    private static final Logger log = LoggerFactory.getLogger(LinkMonitor.class);

    private final RequestContext context;
    private final Exchanges exchanges;
    private final DisposableSet probes = new DisposableSet();
    private Duration paused;

    LinkMonitor(RequestContext context) {
        this.context = context;
        this.exchanges = context.exchanges();
        this.paused = context.pauses().total();
    }

    /** Probes the links that may be dead; closes those that are, but for silence alone not the only one. */
    void check(List<PeerLink> links) {
        checkSuspension(links);
        links.stream().filter(link -> !exchanges.silence(link).isZero()).forEach(link -> {
            if (exchanges.silence(link).compareTo(MAX_SILENCE) >= 0 && links.size() > 1) {
                link.close(SILENT);
            } else {
                probe(link, failure -> {});
            }
        });
    }

    private void checkSuspension(List<PeerLink> links) {
        Duration before = paused;
        paused = context.pauses().total();
        Duration pause = paused.minus(before);
        if (pause.compareTo(THRESHOLD) > 0) {
            log.info(
                    "machine was suspended or its clock was set, probes its links seconds={} links={}",
                    pause.toSeconds(),
                    links.size());
            links.forEach(link -> probe(link, failure -> onFailure(link, failure)));
        }
    }

    /** Cancels all probes. */
    void stop() {
        probes.dispose();
    }

    private void probe(PeerLink link, Consumer<Throwable> onFailure) {
        Disposable.Swap handle = Disposables.swap();
        probes.add(handle);
        handle.update(PeerProbe.send(exchanges, link, context.ids().get(), context.self(), PROBE_TIMEOUT)
                .doFinally(end -> probes.remove(handle))
                .subscribe(answer -> {}, onFailure));
    }

    /** Only silence shows that a link is dead; one without a free credit is in use. */
    private static void onFailure(PeerLink link, Throwable failure) {
        if (failure instanceof NodeException known && known.kind() == NodeException.Kind.EXCHANGE_TIMEOUT) {
            link.close(NO_ANSWER);
        }
    }
}
