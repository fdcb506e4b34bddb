package dev.tributary.core.loop;

import dev.tributary.core.operation.ConnectOperation;
import dev.tributary.core.operation.Neighbourhood;
import dev.tributary.core.operation.Vacancies;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.ring.Lattice;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.ring.Targets;
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
 * Keeps this node well connected, in rounds: looks for neighbours while there are too few, for nearer ones next to it on
 * the ring always, and for one where a gap is wide now and then; gives up the least useful when there are too many. A
 * round comes soon after something changed that matters, else ever more rarely. Loop thread only, where nothing else is said.
 */
final class Upkeep {

    /** Searches at once with no neighbours missing, and one more for every so many that are: the network's numbers. */
    private static final int SEARCHES = 3;

    private static final int MISSING_PER_SEARCH = 3;

    /** How many whom the node knows from before it dials at once when it has nobody. */
    private static final int DIALS_WHEN_ALONE = 8;

    /** So many rounds without a change are patience; after them each pause is twice the one before. */
    private static final int PATIENT_ROUNDS = 3;

    /** A node that has nobody finds out soon that it is not cut off any more: a round takes as long as a dial does. */
    private static final int DOUBLINGS_ALONE = 1;

    /** No dial takes longer. */
    private static final Duration DIAL = Duration.ofSeconds(15);

    /** Those next to the target may not know each other: so many look a little farther. */
    private static final int DETOURS_NEXT_TO_SELF = 2;

    /** In so many rounds after a change all places next to this node are looked at, later one of them. */
    private static final int ALL_SIDES = 4;

    /** The chance to look where a gap is, a round with enough neighbours, for a gap of twice the even width. */
    private static final double GAP_CHANCE = 0.1;

    /** A link is not judged before it had time to be useful: the network's number. */
    private static final Duration RAMP_UP = Duration.ofMinutes(5);

    /** A machine whose clock jumps ahead by so much was asleep, and its links are dead: the network's number. */
    private static final Duration SLEEP = Duration.ofMinutes(2);

    private static final int WISHES = 256;

    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    private final RingConfig config;
    private final Neighbourhood neighbourhood;
    private final LinkTable links;
    private final Vacancies vacancies;
    private final ConnectOperation connects;
    private final NotificationChannel<Notification> loop;
    private final Acquaintances acquaintances;
    private final Absentees absentees;
    private final Targets targets;
    private final Scheduler timer;
    private final TimeSource time;
    private final RandomGenerator random;
    private final Sinks.Many<PeerContact> wishes = Sinks.many()
            .unicast()
            .onBackpressureBuffer(Queues.<PeerContact>get(WISHES).get());
    private final Sinks.Many<Need> alarms = Sinks.many().multicast().directBestEffort();
    private final Disposable.Swap next = Disposables.swap();
    private final Disposable.Swap nextCall = Disposables.swap();
    private final Works searching = new Works();

    private int unchanged;
    private volatile boolean patient;
    private long skew;
    private long nextRound;

    /** When a round last found nobody. */
    private long alone;

    Upkeep(
            RingConfig config,
            Neighbourhood neighbourhood,
            LinkTable links,
            Vacancies vacancies,
            ConnectOperation connects,
            NotificationChannel<Notification> loop,
            Collection<PeerContact> gateways,
            Collection<PeerContact> known,
            Scheduler timer,
            TimeSource time,
            RandomGenerator random) {
        this.config = config;
        this.neighbourhood = neighbourhood;
        this.links = links;
        this.vacancies = vacancies;
        this.connects = connects;
        this.loop = loop;
        this.acquaintances = new Acquaintances(known);
        this.absentees = new Absentees(gateways, time.nanos());
        this.targets = new Targets(neighbourhood.self(), random);
        this.timer = timer;
        this.time = time;
        this.random = random;
        this.skew = skew();
        this.alone = time.nanos() - DIAL.toNanos() - 1;
    }

    /** Whom to dial, once each. For one subscriber. */
    Flux<PeerContact> wishes() {
        return wishes.asFlux();
    }

    /** How urgently the node looks for neighbours. From any thread. */
    Need need() {
        int neighbours = neighbourhood.peers().size();
        if (neighbours >= config.minNeighbours()) {
            return Need.NOBODY;
        }
        return neighbours == 0 && links.guestAt().isEmpty() ? Need.ANYBODY : Need.MORE;
    }

    /** The need when it has just become greater, because somebody left who had stayed. For several subscribers. */
    Flux<Need> alarms() {
        return alarms.asFlux();
    }

    /** Whether there are neighbours enough, or nobody new was found for some rounds. From any thread. */
    boolean settled() {
        return need() == Need.NOBODY || patient;
    }

    /** The first round comes at once. */
    void start() {
        schedule(Duration.ZERO);
        callSoon();
    }

    /** No more rounds, and no more searches. */
    void stop() {
        next.dispose();
        nextCall.dispose();
        searching.dispose();
    }

    /** Somebody became a neighbour. */
    void onLinked(PeerLink link) {
        acquaintances.met(new PeerContact(link.address(), link.peer()));
        onAnswered(link.address(), link);
        boolean tooMany = neighbourhood.peers().size() > config.maxNeighbours();
        if (need() != Need.NOBODY || tooMany || isNextToSelf(link.peer())) {
            soon();
        }
    }

    /** Somebody answered there, neighbour or not. One who was missed may be the way to others who were. */
    void onAnswered(PeerAddress address, PeerLink link) {
        if (absentees.answered(address, link.peer(), time.nanos())) {
            acquaintances.forgive();
            targets.nextToSelf(neighbourhood.peers())
                    .forEach(target -> look(target, connects.searchThrough(link, target, DETOURS_NEXT_TO_SELF)));
            callSoon();
        }
    }

    /** This node is a guest somewhere: through that link it can look for neighbours. */
    void onGuest() {
        soon();
    }

    /** A neighbour is gone. One that did not stay is no reason for haste: it would not stay the next time either. */
    void onDeparted(PeerLink link, CloseReason reason, Duration lived) {
        if (lived.compareTo(config.searchPause()) < 0) {
            return;
        }
        if (Absentees.isLoss(reason)) {
            absentees.missed(new PeerContact(link.address(), link.peer()), time.nanos());
            callSoon();
        }
        Need need = need();
        boolean oneLess = neighbourhood.peers().size() == config.minNeighbours() - 1;
        if (need == Need.ANYBODY || oneLess) {
            // Nobody hears it while no gateway is waited for: then there is nothing to hurry.
            alarms.tryEmitNext(need);
        }
        if (need != Need.NOBODY || isNextToSelf(link.peer())) {
            soon();
        }
    }

    /** A dial of the time when the node had nobody says nothing about whom it was for, nor does one of somebody missed. */
    void onDialFailed(PeerAddress address) {
        if (time.nanos() - alone > DIAL.toNanos() && !absentees.isMissed(address)) {
            acquaintances.failed(address, time.nanos());
        }
    }

    /** A search found these. */
    void onFound(List<PeerContact> contacts) {
        for (PeerContact contact : contacts) {
            PeerId peer = contact.expected();
            boolean wanted = peer != null
                    && !peer.equals(neighbourhood.self())
                    && neighbourhood.link(peer).isEmpty()
                    && vacancies.wants(peer)
                    && !acquaintances.avoids(contact.address(), time.nanos());
            if (wanted) {
                wish(contact);
            }
        }
    }

    private boolean isNextToSelf(PeerId peer) {
        return Lattice.admits(neighbourhood.self(), neighbourhood.peers(), peer);
    }

    /** One round; the next one is scheduled with it. */
    void round() {
        wakeUp();
        List<PeerId> neighbours = neighbourhood.peers();
        List<PeerLink> guestAt = links.guestAt();
        if (neighbours.isEmpty() && guestAt.isEmpty()) {
            alone = time.nanos();
            acquaintances.forgive();
            acquaintances.some(DIALS_WHEN_ALONE).forEach(this::wish);
        } else {
            lookForMore(neighbours, guestAt);
            lookNextToSelf(neighbours, guestAt);
            giveUpTooMany(neighbours);
        }
        unchanged++;
        patient = unchanged > PATIENT_ROUNDS;
        schedule(pause());
    }

    /** Dials those who are missed; who has nobody dials everybody anyway. */
    void call() {
        List<PeerContact> due = absentees.due(time.nanos());
        if (need() != Need.ANYBODY) {
            due.forEach(this::wish);
        }
        callSoon();
    }

    private void lookForMore(List<PeerId> neighbours, List<PeerLink> guestAt) {
        int missing = config.minNeighbours() - neighbours.size();
        int searches = 0;
        if (missing > 0) {
            searches = unchanged < PATIENT_ROUNDS ? Math.min(missing, SEARCHES + missing / MISSING_PER_SEARCH) : 1;
        } else if (neighbours.size() < config.maxNeighbours()
                && random.nextDouble() < GAP_CHANCE * (targets.excess(neighbours) - 1)) {
            searches = 1;
        }
        targets.some(searches, neighbours, unchanged)
                .forEach(target -> search(target, false, ConnectOperation.DETOURS, guestAt));
    }

    private void lookNextToSelf(List<PeerId> neighbours, List<PeerLink> guestAt) {
        List<RingLocation> places = targets.nextToSelf(neighbours);
        List<RingLocation> looked = unchanged < ALL_SIDES ? places : List.of(places.get(random.nextInt(places.size())));
        looked.forEach(target -> search(target, true, DETOURS_NEXT_TO_SELF, guestAt));
    }

    private void search(RingLocation target, boolean adjacent, int detours, List<PeerLink> guestAt) {
        look(target, connects.search(target, adjacent, detours, guestAt));
    }

    private void look(RingLocation target, Mono<List<PeerContact>> search) {
        Disposable.Swap handle = Disposables.swap();
        searching.add(handle);
        handle.update(search.filter(contacts -> !contacts.isEmpty())
                .flatMap(contacts -> loop.send(new Notification.PeersFound(contacts)))
                .doFinally(end -> searching.remove(handle))
                .subscribe(none -> {}, failure -> log.debug("search for {} failed: {}", target, failure.getMessage())));
    }

    private void wish(PeerContact contact) {
        if (wishes.tryEmitNext(contact).isFailure()) {
            log.debug("peer={} not dialled: {} others wait for it", contact, WISHES);
        }
    }

    /** One a round: the least useful of those that had time to be useful, if there are any. */
    private void giveUpTooMany(List<PeerId> neighbours) {
        if (neighbours.size() <= config.maxNeighbours()) {
            return;
        }
        targets.leastUseful(neighbours, links.olderThan(RAMP_UP))
                .or(() -> targets.leastUseful(neighbours, neighbours))
                .flatMap(neighbourhood::link)
                .ifPresent(link -> link.close(new CloseReason(
                        CloseReason.Kind.UNWANTED, "more than " + config.maxNeighbours() + " neighbours")));
    }

    /** The wall clock goes on while a machine sleeps, and the other one does not. */
    private void wakeUp() {
        long jump = skew() - skew;
        skew += jump;
        if (jump > SLEEP.toMillis()) {
            log.info(
                    "the machine was asleep for {} s: joining again",
                    Duration.ofMillis(jump).toSeconds());
            CloseReason reason = new CloseReason(CloseReason.Kind.LOST, "the machine was asleep");
            neighbourhood.links().forEach(link -> link.close(reason));
        }
    }

    private long skew() {
        return time.clock().millis() - Duration.ofNanos(time.nanos()).toMillis();
    }

    private Duration pause() {
        int most = need() == Need.ANYBODY ? DOUBLINGS_ALONE : 20;
        int doublings = Math.min(most, Math.max(0, unchanged - PATIENT_ROUNDS));
        Duration doubled = config.searchPause().multipliedBy(1L << doublings);
        return doubled.compareTo(config.upkeepPause()) < 0 ? doubled : config.upkeepPause();
    }

    private void soon() {
        unchanged = 0;
        patient = false;
        Duration soon = config.searchPause().dividedBy(10);
        if (nextRound - time.nanos() > soon.toNanos()) {
            schedule(soon);
        }
    }

    /** While nobody is missed, nothing is due. */
    private void callSoon() {
        if (absentees.isEmpty()) {
            nextCall.update(Disposables.disposed());
        } else {
            later(nextCall, spread(absentees.pause(time.nanos())), new Notification.AbsenteesDue());
        }
    }

    private void schedule(Duration pause) {
        Duration spread = spread(pause);
        nextRound = time.nanos() + spread.toNanos();
        later(next, spread, new Notification.UpkeepDue());
    }

    /** A fifth more or less: so that those who lost the same neighbour do not come as one. */
    private Duration spread(Duration pause) {
        return Duration.ofNanos(Math.round(pause.toNanos() * (0.8 + 0.4 * random.nextDouble())));
    }

    private void later(Disposable.Swap place, Duration pause, Notification due) {
        // In its place before it runs: it may be over, and have scheduled the one after it, before subscribing returns.
        Disposable.Swap handle = Disposables.swap();
        place.update(handle);
        handle.update(Mono.delay(pause, timer)
                .flatMap(now -> loop.send(due))
                .subscribe(none -> {}, failure -> log.warn("no more upkeep of neighbours: {}", failure.getMessage())));
    }
}
