package dev.tributary.core.membership;

import dev.tributary.core.loop.LocalEvent;
import dev.tributary.core.loop.NotificationChannel;
import dev.tributary.core.loop.ScheduledEvent;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.ring.RingNeighbours;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Maintains the set of neighbours in rounds: searches while there are too few, always searches for nearer ring
 * neighbours, sometimes for one where a gap of the distances is wide, and closes surplus links. A round follows soon
 * after a relevant change, else with backoff. Loop thread only, unless stated otherwise.
 */
public final class NeighbourMaintenance implements DialDemand {

    /** Maximum number of known peers that an isolated node dials in a round. */
    private static final int DIALS_WHEN_ISOLATED = 8;

    /** Maximum number of doublings while isolated: the node soon notices that the network is reachable again. */
    private static final int MAX_DOUBLINGS_ISOLATED = 1;

    /** Upper bound of the time that a dial takes. */
    private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(15);

    /** Minimum age of a link before its usefulness is judged, as in the network's other nodes. */
    private static final Duration MIN_LINK_AGE = Duration.ofMinutes(5);

    /** Time with a full table and without a chosen neighbour, after which the node dials the operator's peers again. */
    private static final Duration STRANGERS_TIMEOUT = Duration.ofMinutes(5);

    /** Maximum number of queued dial requests. */
    private static final int MAX_DIAL_REQUESTS = 256;

    private static final Logger log = LoggerFactory.getLogger(NeighbourMaintenance.class);

    private final MembershipConfig config;
    private final NeighbourTable neighbours;
    private final LinkTable links;
    private final NeighbourSlots slots;
    private final NeighbourSearch search;
    private final KnownPeers knownPeers;
    private final LostPeers lostPeers;
    private final LinkMonitor monitor;
    private final ScheduledEvent<LocalEvent> nextRound;
    private final ScheduledEvent<LocalEvent> nextRedial;
    private final TimeSource time;
    private final RandomGenerator random;

    /** Keeps its requests when the flow that dials fails, and gives them to its successor. */
    private final LongAdder droppedDials = new LongAdder();

    private final Sinks.Many<PeerContact> dialRequests =
            Sinks.many().multicast().onBackpressureBuffer(MAX_DIAL_REQUESTS, false);

    private final Sinks.Many<NeighbourDemand> demandSignals =
            Sinks.many().multicast().directBestEffort();

    private int idleRounds;
    private volatile boolean isBackingOff;
    private long nextRoundAt;

    /** Time of the last round that found a neighbour which this node dialled or the operator configured. */
    private volatile long lastChosen;

    /** Time of the last round that found the node isolated. */
    private long lastIsolated;

    public NeighbourMaintenance(
            MembershipConfig config,
            RequestContext context,
            LinkTable links,
            NeighbourSlots slots,
            NeighbourSearch search,
            KnownPeers knownPeers,
            LostPeers lostPeers,
            NotificationChannel<LocalEvent> channel) {
        this.config = config;
        this.neighbours = context.neighbours();
        this.links = links;
        this.slots = slots;
        this.search = search;
        this.knownPeers = knownPeers;
        this.lostPeers = lostPeers;
        this.monitor = new LinkMonitor(context);
        this.nextRound = new ScheduledEvent<>(new LocalEvent.MaintenanceDue(), channel, context.timer());
        this.nextRedial = new ScheduledEvent<>(new LocalEvent.RedialLostPeersDue(), channel, context.timer());
        this.time = context.time();
        this.random = context.random();
        this.lastChosen = time.nanos();
        this.lastIsolated = time.nanos() - DIAL_TIMEOUT.toNanos() - 1;
    }

    @Override
    public NeighbourDemand demand() {
        if (slots.missing() <= 0) {
            return isFullOfStrangers() ? NeighbourDemand.TOO_FEW : NeighbourDemand.SATISFIED;
        }
        return isIsolated() ? NeighbourDemand.ISOLATED : NeighbourDemand.TOO_FEW;
    }

    @Override
    public Flux<NeighbourDemand> demandSignals() {
        return demandSignals.asFlux();
    }

    @Override
    public Flux<PeerContact> dialRequests() {
        return dialRequests.asFlux();
    }

    /** Whether there are enough neighbours, or no new one was found for some rounds. Any thread. */
    public boolean isSettled() {
        return demand() == NeighbourDemand.SATISFIED || isBackingOff;
    }

    /** Schedules the first round without a pause. */
    public void start() {
        schedule(Duration.ZERO);
        scheduleRedial();
    }

    /** Cancels the next round, the next redial and all searches. */
    public void stop() {
        nextRound.dispose();
        nextRedial.dispose();
        monitor.stop();
        search.stop();
    }

    /** The link's peer became a neighbour. */
    void onLinked(PeerLink link) {
        knownPeers.add(new PeerContact(link.address(), link.peer()));
        onAnswered(link.address(), link);
        if (demand() != NeighbourDemand.SATISFIED || slots.surplus() > 0 || isRingNeighbour(link.peer())) {
            rescheduleSoon();
        }
    }

    /** A peer answered. Ring neighbours are searched through a lost peer that is back, to heal a partition. */
    void onAnswered(PeerAddress address, PeerLink link) {
        if (lostPeers.onAnswered(address, link.peer(), time.nanos())) {
            knownPeers.clearBackoffs();
            search.through(link);
            scheduleRedial();
        }
    }

    /** An outbound link became transient: the node can search for neighbours through it. */
    void onTransientLink() {
        rescheduleSoon();
    }

    /** A neighbour was lost. One that was linked only briefly is ignored: it would be lost again soon. */
    void onNeighbourLost(PeerLink link, CloseReason reason, Duration linkedFor) {
        if (linkedFor.compareTo(config.searchPause()) < 0) {
            return;
        }
        if (LostPeers.isConnectionLoss(reason)) {
            lostPeers.add(new PeerContact(link.address(), link.peer()), time.nanos());
            scheduleRedial();
        }
        NeighbourDemand demand = demand();
        boolean justFellBelow = slots.missing() == 1;
        if (demand == NeighbourDemand.ISOLATED || justFellBelow) {
            // Without subscribers no gateway flow is in a pause, so there is none to shorten.
            demandSignals.tryEmitNext(demand);
        }
        if (demand != NeighbourDemand.SATISFIED || isRingNeighbour(link.peer())) {
            rescheduleSoon();
        }
    }

    /** Counts a failed dial against its informant, and against the address, unless it began while isolated or was for a lost peer. */
    void onDialFailed(PeerAddress address) {
        search.informants().onDialFailed(address, time.nanos());
        if (time.nanos() - lastIsolated > DIAL_TIMEOUT.toNanos() && !lostPeers.contains(address)) {
            knownPeers.onDialFailed(address, time.nanos());
        }
    }

    /** A search found these peers: requests a dial of each that fits a free slot, within the informant's budget. */
    void onPeersFound(List<PeerContact> contacts) {
        for (PeerContact contact : contacts) {
            PeerId peer = contact.expected();
            boolean isWanted = peer != null
                    && !peer.equals(neighbours.self())
                    && neighbours.link(peer).isEmpty()
                    && slots.shouldDial(peer, contact.address().ip())
                    && !knownPeers.isInBackoff(contact.address(), time.nanos())
                    && search.informants().tryDial(contact.address(), time.nanos());
            if (isWanted) {
                requestDial(contact);
            }
        }
    }

    /** Runs one round and schedules the next. */
    void runRound() {
        // Replaced at the end of the round; a round that fails is followed by the next one all the same.
        scheduleIn(config.maintenancePause());
        monitor.check(neighbours.links());
        if (hasChosenNeighbour()) {
            lastChosen = time.nanos();
        }
        if (isIsolated()) {
            lastIsolated = time.nanos();
            knownPeers.clearBackoffs();
            knownPeers.nextBatch(DIALS_WHEN_ISOLATED).forEach(this::requestDial);
        } else {
            search.round(idleRounds);
            closeSurplusLink();
        }
        idleRounds++;
        isBackingOff = idleRounds > NeighbourSearch.FULL_RATE_ROUNDS;
        schedule(roundPause());
    }

    /** Redials the lost peers that are due. An isolated node does not: it dials gateways and known peers anyway. */
    void redialLostPeers() {
        // Replaced at the end; a redial that fails is followed by the next one all the same.
        nextRedial.schedule(config.maintenancePause());
        List<PeerContact> due = lostPeers.takeDue(time.nanos());
        if (demand() != NeighbourDemand.ISOLATED) {
            due.forEach(this::requestDial);
        }
        scheduleRedial();
    }

    private boolean isIsolated() {
        return neighbours.peers().isEmpty() && links.transientVia().isEmpty();
    }

    /**
     * Whether all places have long been taken by peers that dialled this node. They may be strangers that isolate it, so
     * it dials the operator's peers although it has enough neighbours.
     */
    private boolean isFullOfStrangers() {
        return slots.surplus() >= 0 && time.nanos() - lastChosen > STRANGERS_TIMEOUT.toNanos() && !hasChosenNeighbour();
    }

    /** Whether a neighbour is one that this node dialled or that the operator configured. */
    private boolean hasChosenNeighbour() {
        return !slots.familiar().hasConfigured()
                || neighbours.links().stream()
                        .anyMatch(link -> link.direction() == PeerLink.Direction.OUTBOUND
                                || slots.familiar().isConfigured(link.peer()));
    }

    private boolean isRingNeighbour(PeerId peer) {
        return RingNeighbours.wouldContain(neighbours.self(), neighbours.peers(), peer);
    }

    private void requestDial(PeerContact contact) {
        if (dialRequests.tryEmitNext(contact).isFailure()) {
            droppedDials.increment();
            log.debug("dial request dropped, queue full peer={} limit={}", contact, MAX_DIAL_REQUESTS);
        }
    }

    /** Number of addresses that were not dialled, since too many waited. */
    public long droppedDials() {
        return droppedDials.sum();
    }

    /** Closes one link per round: the least useful of those above the minimum age, or of all if there is none. */
    private void closeSurplusLink() {
        int surplus = slots.surplus();
        if (surplus <= 0) {
            return;
        }
        List<PeerId> peers = neighbours.peers();
        String reason = "more than " + (peers.size() - surplus) + " neighbours";
        search.leastUseful(unfamiliar(links.neighboursOlderThan(MIN_LINK_AGE)))
                .or(() -> search.leastUseful(unfamiliar(peers)))
                .flatMap(neighbours::link)
                .ifPresent(link -> link.close(new CloseReason(CloseReason.Kind.NOT_NEEDED, reason)));
    }

    private List<PeerId> unfamiliar(List<PeerId> peers) {
        return peers.stream()
                .filter(peer -> !slots.familiar().isConfigured(peer))
                .toList();
    }

    private Duration roundPause() {
        int maxDoublings = demand() == NeighbourDemand.ISOLATED ? MAX_DOUBLINGS_ISOLATED : 20;
        int doublings = Math.min(maxDoublings, Math.max(0, idleRounds - NeighbourSearch.FULL_RATE_ROUNDS));
        Duration doubled = config.searchPause().multipliedBy(1L << doublings);
        return doubled.compareTo(config.maintenancePause()) < 0 ? doubled : config.maintenancePause();
    }

    private void rescheduleSoon() {
        idleRounds = 0;
        isBackingOff = false;
        Duration shortPause = config.searchPause().dividedBy(10);
        if (nextRoundAt - time.nanos() > shortPause.toNanos()) {
            schedule(shortPause);
        }
    }

    /** Schedules the next redial of lost peers, if there are any. */
    private void scheduleRedial() {
        if (lostPeers.isEmpty()) {
            nextRedial.cancel();
        } else {
            nextRedial.schedule(withJitter(lostPeers.untilNextDial(time.nanos())));
        }
    }

    private void schedule(Duration pause) {
        scheduleIn(withJitter(pause));
    }

    private void scheduleIn(Duration pause) {
        nextRoundAt = time.nanos() + pause.toNanos();
        nextRound.schedule(pause);
    }

    /** Adds jitter of 20 % either way, so that nodes that lost the same neighbour do not act at the same moment. */
    private Duration withJitter(Duration pause) {
        return Duration.ofNanos(Math.round(pause.toNanos() * (0.8 + 0.4 * random.nextDouble())));
    }
}
