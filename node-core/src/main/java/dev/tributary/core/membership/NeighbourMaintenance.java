package dev.tributary.core.membership;

import dev.tributary.core.loop.DisposableSet;
import dev.tributary.core.loop.LocalEvent;
import dev.tributary.core.loop.NotificationChannel;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.ring.RingNeighbours;
import dev.tributary.core.ring.SearchTargets;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * Keeps the node well connected, in rounds. A round searches for more neighbours while there are too few, always for
 * nearer ring neighbours, and sometimes for a neighbour in a wide gap; it closes the least useful link when there are
 * too many. A relevant change reschedules the next round soon; otherwise the pause doubles. Loop thread only unless
 * stated otherwise.
 */
public final class NeighbourMaintenance {

    /** Base number of parallel searches, at most one per missing neighbour, as in the network's other nodes. */
    private static final int BASE_SEARCHES = 3;

    /** Number of missing neighbours for one more parallel search, as in the network's other nodes. */
    private static final int MISSING_PER_SEARCH = 3;

    /** Maximum number of known peers that an isolated node dials in a round. */
    private static final int DIALS_WHEN_ISOLATED = 8;

    /** Number of rounds without a change after which each pause is twice the one before. */
    private static final int ROUNDS_BEFORE_BACKOFF = 3;

    /** Maximum number of doublings while isolated: the node soon notices that the network is reachable again. */
    private static final int MAX_DOUBLINGS_ISOLATED = 1;

    /** Upper bound of the time that a dial takes. */
    private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(15);

    /** Maximum number of detours of a search for ring neighbours: nodes near the target may not know each other. */
    private static final int DETOURS_TO_RING_NEIGHBOURS = 2;

    /** Number of rounds after a change that search all targets next to this node; later rounds search a random one. */
    private static final int FULL_SEARCH_ROUNDS = 4;

    /** Probability of a gap search in a round with enough neighbours, if the widest gap is twice the even width. */
    private static final double GAP_SEARCH_PROBABILITY = 0.1;

    /** Minimum age of a link before its usefulness is judged, as in the network's other nodes. */
    private static final Duration MIN_LINK_AGE = Duration.ofMinutes(5);

    /** Clock jump from which the machine counts as suspended and its links as dead, as in the network's other nodes. */
    private static final Duration SUSPENSION_THRESHOLD = Duration.ofMinutes(2);

    /** Maximum number of queued dial requests. */
    private static final int MAX_DIAL_REQUESTS = 256;

    private static final Logger log = LoggerFactory.getLogger(NeighbourMaintenance.class);

    private final RingConfig config;
    private final NeighbourTable neighbourhood;
    private final LinkTable links;
    private final NeighbourSlots neighbourSlots;
    private final ConnectOperation connects;
    private final NotificationChannel<LocalEvent> channel;
    private final KnownPeers knownPeers;
    private final LostPeers lostPeers;
    private final SearchTargets targets;
    private final Scheduler timer;
    private final TimeSource time;
    private final RandomGenerator random;
    private final Sinks.Many<PeerContact> dialRequests = Sinks.many()
            .unicast()
            .onBackpressureBuffer(Queues.<PeerContact>get(MAX_DIAL_REQUESTS).get());
    private final Sinks.Many<NeighbourDemand> demandSignals =
            Sinks.many().multicast().directBestEffort();
    private final Disposable.Swap nextMaintenance = Disposables.swap();
    private final Disposable.Swap nextRedial = Disposables.swap();
    private final DisposableSet searches = new DisposableSet();

    private int idleRounds;
    private volatile boolean isBackingOff;
    private long clockSkew;
    private long nextRoundAt;

    /** Time of the last round that found the node isolated. */
    private long lastIsolated;

    public NeighbourMaintenance(
            RingConfig config,
            NeighbourTable neighbourhood,
            LinkTable links,
            NeighbourSlots neighbourSlots,
            ConnectOperation connects,
            NotificationChannel<LocalEvent> channel,
            Collection<PeerContact> gateways,
            Collection<PeerContact> known,
            Scheduler timer,
            TimeSource time,
            RandomGenerator random) {
        this.config = config;
        this.neighbourhood = neighbourhood;
        this.links = links;
        this.neighbourSlots = neighbourSlots;
        this.connects = connects;
        this.channel = channel;
        this.knownPeers = new KnownPeers(known);
        this.lostPeers = new LostPeers(gateways, time.nanos());
        this.targets = new SearchTargets(neighbourhood.self(), random);
        this.timer = timer;
        this.time = time;
        this.random = random;
        this.clockSkew = clockSkew();
        this.lastIsolated = time.nanos() - DIAL_TIMEOUT.toNanos() - 1;
    }

    /** The peers to dial, once each. For one subscriber. */
    public Flux<PeerContact> dialRequests() {
        return dialRequests.asFlux();
    }

    /** How urgently the node needs neighbours. Any thread. */
    public NeighbourDemand demand() {
        int neighbours = neighbourhood.peers().size();
        if (neighbours >= config.minNeighbours()) {
            return NeighbourDemand.SATISFIED;
        }
        return neighbours == 0 && links.transientVia().isEmpty() ? NeighbourDemand.ISOLATED : NeighbourDemand.TOO_FEW;
    }

    /** Emits the demand when it rises because an established neighbour was lost. For several subscribers. */
    public Flux<NeighbourDemand> demandSignals() {
        return demandSignals.asFlux();
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
        nextMaintenance.dispose();
        nextRedial.dispose();
        searches.dispose();
    }

    /** The link's peer became a neighbour. */
    public void onLinked(PeerLink link) {
        knownPeers.add(new PeerContact(link.address(), link.peer()));
        onAnswered(link.address(), link);
        boolean hasTooMany = neighbourhood.peers().size() > config.maxNeighbours();
        if (demand() != NeighbourDemand.SATISFIED || hasTooMany || isRingNeighbour(link.peer())) {
            rescheduleSoon();
        }
    }

    /** A peer answered. Ring neighbours are searched through a lost peer that is back, to heal a partition. */
    public void onAnswered(PeerAddress address, PeerLink link) {
        if (lostPeers.onAnswered(address, link.peer(), time.nanos())) {
            knownPeers.clearBackoffs();
            targets.adjacentTargets(neighbourhood.peers())
                    .forEach(target ->
                            runSearch(target, connects.searchThrough(link, target, DETOURS_TO_RING_NEIGHBOURS)));
            scheduleRedial();
        }
    }

    /** An outbound link became transient: the node can search for neighbours through it. */
    public void onTransientLink() {
        rescheduleSoon();
    }

    /** A neighbour was lost. One that was linked only briefly is ignored: it would be lost again soon. */
    public void onNeighbourLost(PeerLink link, CloseReason reason, Duration linkedFor) {
        if (linkedFor.compareTo(config.searchPause()) < 0) {
            return;
        }
        if (LostPeers.isConnectionLoss(reason)) {
            lostPeers.add(new PeerContact(link.address(), link.peer()), time.nanos());
            scheduleRedial();
        }
        NeighbourDemand demand = demand();
        boolean justFellBelow = neighbourhood.peers().size() == config.minNeighbours() - 1;
        if (demand == NeighbourDemand.ISOLATED || justFellBelow) {
            // Without subscribers no gateway flow is in a pause, so there is none to shorten.
            demandSignals.tryEmitNext(demand);
        }
        if (demand != NeighbourDemand.SATISFIED || isRingNeighbour(link.peer())) {
            rescheduleSoon();
        }
    }

    /** Counts a failed dial against the address, unless it began while isolated or was for a lost peer. */
    public void onDialFailed(PeerAddress address) {
        if (time.nanos() - lastIsolated > DIAL_TIMEOUT.toNanos() && !lostPeers.contains(address)) {
            knownPeers.onDialFailed(address, time.nanos());
        }
    }

    /** A search found these peers: requests a dial of each that fits a free slot and is not in backoff. */
    public void onPeersFound(List<PeerContact> contacts) {
        for (PeerContact contact : contacts) {
            PeerId peer = contact.expected();
            boolean isWanted = peer != null
                    && !peer.equals(neighbourhood.self())
                    && neighbourhood.link(peer).isEmpty()
                    && neighbourSlots.shouldDial(peer)
                    && !knownPeers.isInBackoff(contact.address(), time.nanos());
            if (isWanted) {
                requestDial(contact);
            }
        }
    }

    private boolean isRingNeighbour(PeerId peer) {
        return RingNeighbours.wouldContain(neighbourhood.self(), neighbourhood.peers(), peer);
    }

    /** Runs one round and schedules the next. */
    public void runRound() {
        detectSuspension();
        List<PeerId> neighbours = neighbourhood.peers();
        List<PeerLink> transientVia = links.transientVia();
        if (neighbours.isEmpty() && transientVia.isEmpty()) {
            lastIsolated = time.nanos();
            knownPeers.clearBackoffs();
            knownPeers.nextBatch(DIALS_WHEN_ISOLATED).forEach(this::requestDial);
        } else {
            searchForMore(neighbours, transientVia);
            searchRingNeighbours(neighbours, transientVia);
            closeSurplusLink(neighbours);
        }
        idleRounds++;
        isBackingOff = idleRounds > ROUNDS_BEFORE_BACKOFF;
        schedule(roundPause());
    }

    /** Redials the lost peers that are due. An isolated node does not: it dials gateways and known peers anyway. */
    public void redialLostPeers() {
        List<PeerContact> due = lostPeers.takeDue(time.nanos());
        if (demand() != NeighbourDemand.ISOLATED) {
            due.forEach(this::requestDial);
        }
        scheduleRedial();
    }

    private void searchForMore(List<PeerId> neighbours, List<PeerLink> transientVia) {
        int missing = config.minNeighbours() - neighbours.size();
        int searchCount = 0;
        if (missing > 0) {
            searchCount = idleRounds < ROUNDS_BEFORE_BACKOFF
                    ? Math.min(missing, BASE_SEARCHES + missing / MISSING_PER_SEARCH)
                    : 1;
        } else if (neighbours.size() < config.maxNeighbours()
                && random.nextDouble() < GAP_SEARCH_PROBABILITY * (targets.widestGapRatio(neighbours) - 1)) {
            searchCount = 1;
        }
        targets.draw(searchCount, neighbours, idleRounds)
                .forEach(target -> search(target, false, ConnectOperation.DETOURS, transientVia));
    }

    private void searchRingNeighbours(List<PeerId> neighbours, List<PeerLink> transientVia) {
        List<RingLocation> allTargets = targets.adjacentTargets(neighbours);
        List<RingLocation> targetsToSearch = idleRounds < FULL_SEARCH_ROUNDS
                ? allTargets
                : List.of(allTargets.get(random.nextInt(allTargets.size())));
        targetsToSearch.forEach(target -> search(target, true, DETOURS_TO_RING_NEIGHBOURS, transientVia));
    }

    private void search(RingLocation target, boolean adjacent, int detours, List<PeerLink> transientVia) {
        runSearch(target, connects.search(target, adjacent, detours, transientVia));
    }

    private void runSearch(RingLocation target, Mono<List<PeerContact>> search) {
        Disposable.Swap handle = Disposables.swap();
        searches.add(handle);
        handle.update(search.filter(contacts -> !contacts.isEmpty())
                .flatMap(contacts -> channel.send(new LocalEvent.PeersFound(contacts)))
                .doFinally(end -> searches.remove(handle))
                .subscribe(
                        none -> {},
                        failure -> log.debug("search failed target={} reason={}", target, failure.getMessage())));
    }

    private void requestDial(PeerContact contact) {
        if (dialRequests.tryEmitNext(contact).isFailure()) {
            log.debug("dial request dropped, queue full peer={} limit={}", contact, MAX_DIAL_REQUESTS);
        }
    }

    /** Closes one link per round: the least useful of those above the minimum age, or of all if there is none. */
    private void closeSurplusLink(List<PeerId> neighbours) {
        if (neighbours.size() <= config.maxNeighbours()) {
            return;
        }
        targets.leastUseful(neighbours, links.neighboursOlderThan(MIN_LINK_AGE))
                .or(() -> targets.leastUseful(neighbours, neighbours))
                .flatMap(neighbourhood::link)
                .ifPresent(link -> link.close(new CloseReason(
                        CloseReason.Kind.NOT_NEEDED, "more than " + config.maxNeighbours() + " neighbours")));
    }

    /** Detects a suspended machine: its wall clock advances meanwhile, its monotonic clock does not. */
    private void detectSuspension() {
        long suspendedMillis = clockSkew() - clockSkew;
        clockSkew += suspendedMillis;
        if (suspendedMillis > SUSPENSION_THRESHOLD.toMillis()) {
            log.info(
                    "machine was suspended, rejoining suspended-s={}",
                    Duration.ofMillis(suspendedMillis).toSeconds());
            CloseReason reason = new CloseReason(CloseReason.Kind.LOST, "the machine was suspended");
            neighbourhood.links().forEach(link -> link.close(reason));
        }
    }

    private long clockSkew() {
        return time.clock().millis() - Duration.ofNanos(time.nanos()).toMillis();
    }

    private Duration roundPause() {
        int maxDoublings = demand() == NeighbourDemand.ISOLATED ? MAX_DOUBLINGS_ISOLATED : 20;
        int doublings = Math.min(maxDoublings, Math.max(0, idleRounds - ROUNDS_BEFORE_BACKOFF));
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
            nextRedial.update(Disposables.disposed());
        } else {
            sendAfter(
                    nextRedial, withJitter(lostPeers.untilNextDial(time.nanos())), new LocalEvent.RedialLostPeersDue());
        }
    }

    private void schedule(Duration pause) {
        Duration jittered = withJitter(pause);
        nextRoundAt = time.nanos() + jittered.toNanos();
        sendAfter(nextMaintenance, jittered, new LocalEvent.MaintenanceDue());
    }

    /** Adds jitter of 20 % either way, so that nodes that lost the same neighbour do not act at the same moment. */
    private Duration withJitter(Duration pause) {
        return Duration.ofNanos(Math.round(pause.toNanos() * (0.8 + 0.4 * random.nextDouble())));
    }

    private void sendAfter(Disposable.Swap slot, Duration pause, LocalEvent event) {
        // Stored before subscribing: the task may finish and schedule the next one before subscribe() returns.
        Disposable.Swap handle = Disposables.swap();
        slot.update(handle);
        handle.update(Mono.delay(pause, timer)
                .flatMap(now -> channel.send(event))
                .subscribe(
                        none -> {},
                        failure -> log.warn("neighbour maintenance ended reason={}", failure.getMessage())));
    }
}
