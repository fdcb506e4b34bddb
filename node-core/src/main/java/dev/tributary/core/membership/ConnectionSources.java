package dev.tributary.core.membership;

import dev.tributary.core.loop.EventFeed;
import dev.tributary.core.loop.HandshakeEvent;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.HandshakeException;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The flows of new connections: inbound links, outbound links to gateways, outbound links to discovered peers, and
 * inbound connections whose handshake is pending or failed. Each is a separate Flux; a silent one blocks no other.
 */
public final class ConnectionSources {

    /** Maximum number of discovered peers that are dialled at once. */
    private static final int MAX_CONCURRENT_DIALS = 16;

    private final PeerTransport transport;
    private final List<PeerContact> gateways;
    private final DialDemand demand;
    private final Function<PeerId, Optional<PeerLink>> neighbourLink;
    private final RedialBackoff redialBackoff;
    private final Scheduler timer;
    private final RandomGenerator random;
    private final Set<PeerAddress> dialling = ConcurrentHashMap.newKeySet();
    private final Sinks.Empty<Void> stopping = Sinks.empty();

    /**
     * The connections of this transport.
     *
     * @param gateways peers to dial, and to redial when the link is lost, while the node has too few neighbours
     * @param demand decides whether to dial, and names further peers
     * @param neighbourLink the confirmed link to a peer, if there is one
     */
    public ConnectionSources(
            PeerTransport transport,
            List<PeerContact> gateways,
            DialDemand demand,
            Function<PeerId, Optional<PeerLink>> neighbourLink,
            RedialBackoff redialBackoff,
            Scheduler timer,
            RandomGenerator random) {
        this.transport = transport;
        this.gateways = List.copyOf(gateways);
        this.demand = demand;
        this.neighbourLink = neighbourLink;
        this.redialBackoff = redialBackoff;
        this.timer = timer;
        this.random = random;
    }

    /** The flows by name; the loop restarts a failed one alone. */
    public List<EventFeed<HandshakeEvent>> feeds() {
        return List.of(
                feed("inbound", accepted()),
                feed("gateways", dialGateways()),
                feed("outbound", demand.dialRequests().flatMap(this::dialOnce, MAX_CONCURRENT_DIALS, 1)),
                feed("unconfirmed", unconfirmed()));
    }

    /** Ends all flows: no more connections are accepted or dialled. */
    public void stop() {
        stopping.tryEmitEmpty();
    }

    private EventFeed<HandshakeEvent> feed(String name, Flux<HandshakeEvent> events) {
        return new EventFeed<>(name, events.takeUntilOther(stopping.asMono()));
    }

    private Flux<HandshakeEvent> accepted() {
        return Flux.defer(transport::accepted).map(HandshakeEvent.Accepted::new);
    }

    private Flux<HandshakeEvent> unconfirmed() {
        return Flux.defer(transport::handshakeEvents)
                .map(each -> each.failure() == null
                        ? new HandshakeEvent.HandshakeStarted(each.from())
                        : new HandshakeEvent.HandshakeFailed(each.from(), each.failure()));
    }

    private Flux<HandshakeEvent> dialGateways() {
        // Without gateways the flow stays silent; its end would count as a failure.
        return gateways.isEmpty()
                ? Flux.never()
                : Flux.fromIterable(gateways).flatMap(this::keepLinked, gateways.size(), 1);
    }

    /** Dials, waits until the link closes, and redials: soon after a loss, with growing backoff after failures. */
    private Flux<HandshakeEvent> keepLinked(PeerContact contact) {
        DialHistory history = new DialHistory();
        return Flux.defer(() -> attempt(contact, history))
                .repeatWhen(ends -> ends.concatMap(end -> pauseBeforeRedial(history), 1));
    }

    /** Waits before a redial. A demand signal restarts the pause, with jitter, so that dials do not coincide. */
    private Mono<Long> pauseBeforeRedial(DialHistory history) {
        return Mono.firstWithSignal(
                Mono.delay(history.pause(demand.demand(), redialBackoff, random), timer),
                demand.demandSignals()
                        .next()
                        .doOnNext(history::onDemandSignal)
                        .flatMap(signal -> Mono.delay(history.pause(signal, redialBackoff, random), timer)));
    }

    /**
     * Dials unless the peer is linked or is being dialled: the request may be older than the link. Skips a peer that is
     * reachable only by a protocol that the transport does not support.
     */
    private Mono<HandshakeEvent> dialOnce(PeerContact contact) {
        return Mono.defer(() -> {
                    boolean isLinked = Optional.ofNullable(contact.expected())
                            .flatMap(neighbourLink)
                            .isPresent();
                    return isLinked || !transport.canDial(contact.address()) || !dialling.add(contact.address())
                            ? Mono.empty()
                            : dial(contact);
                })
                .onErrorResume(
                        failure -> Mono.just(new HandshakeEvent.DialFailed(contact.address(), reasonOf(failure))));
    }

    private Mono<HandshakeEvent> dial(PeerContact contact) {
        // Deferred, since a dial that throws must end neither the flow nor the other dials.
        return Mono.defer(() -> transport.dial(contact.address(), contact.expected()))
                .<HandshakeEvent>map(link -> new HandshakeEvent.Dialled(contact.address(), link))
                .doFinally(end -> dialling.remove(contact.address()));
    }

    private Flux<HandshakeEvent> attempt(PeerContact contact, DialHistory history) {
        if (demand.demand() == NeighbourDemand.SATISFIED) {
            // The demand is checked again after a pause; without demand the gateway's slots are left to joining nodes.
            return Flux.empty();
        }
        // After a duplicate was closed the peer is linked in the other direction: no dial until that link closes.
        Optional<PeerLink> existing = history.lastPeer().flatMap(neighbourLink);
        if (existing.isPresent()) {
            return existing.get()
                    .closed()
                    .doOnNext(end -> history.clearFailures())
                    .thenMany(Flux.empty());
        }
        return Mono.defer(() -> {
                    dialling.add(contact.address());
                    return transport.dial(contact.address(), contact.expected());
                })
                .doFinally(end -> dialling.remove(contact.address()))
                .<HandshakeEvent>flatMapMany(link -> {
                    long since = timer.now(TimeUnit.NANOSECONDS);
                    history.onLinked(link.peer());
                    return Flux.<HandshakeEvent>just(new HandshakeEvent.Dialled(contact.address(), link))
                            .concatWith(link.closed()
                                    .doOnNext(end -> history.onLinkClosed(
                                            timer.now(TimeUnit.NANOSECONDS) - since, redialBackoff))
                                    .then(Mono.empty()));
                })
                .onErrorResume(failure -> {
                    CloseReason reason = reasonOf(failure);
                    history.onDialFailed(reason);
                    return Flux.just(new HandshakeEvent.DialFailed(contact.address(), reason));
                });
    }

    private static CloseReason reasonOf(Throwable failure) {
        return failure instanceof HandshakeException known
                ? known.reason()
                : new CloseReason(CloseReason.Kind.LOST, failure.toString());
    }
}
