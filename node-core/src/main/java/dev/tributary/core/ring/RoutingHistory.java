package dev.tributary.core.ring;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TimeSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Records the last exchanges with neighbours and derives the routing model from them. Memory is bounded, independent of
 * churn. Safe for any thread; readers take a {@link #router}, which is a consistent snapshot.
 */
public final class RoutingHistory {

    /** Maximum number of recorded exchanges: the last minutes of a busy node. */
    static final int MAX_SAMPLES = 500;

    /** Minimum number of recorded exchanges to use the model instead of the distance alone. */
    static final int MIN_EVENTS = 50;

    /** The curves are refitted once more than one in this many exchanges of the window is new. */
    private static final int TURNOVER = 10;

    /** Maximum number of reputations, more than a node has neighbours; the least recently used is evicted. */
    static final int MAX_REPUTATIONS = 512;

    private final TimeSource time;
    private final Deque<ExchangeSample> window = new ArrayDeque<>();
    private final BoundedMap<PeerId, Reputation> reputations = BoundedMap.leastRecentlyUsed(MAX_REPUTATIONS);
    private LatencyModel curves = LatencyModel.UNTRAINED;
    private boolean trained;
    private int unfitted;
    private volatile RoutingModel model = RoutingModel.UNTRAINED;

    public RoutingHistory(TimeSource time) {
        this.time = time;
    }

    /** Returns a router for this ring, based on the model at this moment. */
    public Router router(Ring ring) {
        return new Router(ring, model, time.nanos());
    }

    /** Starts to measure an exchange with the peer. */
    public ExchangeTimer startExchange(PeerId peer, RingLocation target) {
        return new ExchangeTimer(this, peer, target, time);
    }

    /** Records that a contract exists which the peer did not find. */
    public void recordNotFound(PeerId peer, RingLocation target) {
        startExchange(peer, target).complete(Outcome.NOT_FOUND);
    }

    /** Clears the peer's consecutive timeouts: a new link or a reply proves that it is alive. */
    public synchronized void recordAlive(PeerId peer) {
        Reputation known = reputations.get(peer);
        if (known != null && known.consecutiveTimeouts() > 0) {
            reputations.put(peer, known.withoutTimeouts());
            publish();
        }
    }

    RoutingModel model() {
        return model;
    }

    /** Returns the number of recorded exchanges. */
    synchronized int sampleCount() {
        return window.size();
    }

    /** Returns the number of peers with a reputation. */
    synchronized int reputationCount() {
        return reputations.size();
    }

    synchronized void record(ExchangeSample event) {
        Reputation before = Objects.requireNonNullElse(reputations.get(event.peer()), Reputation.UNKNOWN);
        Reputation after = withLiveness(before, event);
        append(event);
        reputations.put(event.peer(), trained ? after.withSample(event, curves) : after);
        boolean refit = window.size() >= MIN_EVENTS && unfitted * TURNOVER > window.size();
        if (refit) {
            fit();
        }
        if (refit || before.consecutiveTimeouts() != after.consecutiveTimeouts()) {
            publish();
        }
    }

    private Reputation withLiveness(Reputation before, ExchangeSample event) {
        return switch (event.outcome()) {
            case ANSWERED, NOT_FOUND, FAILED -> before.withoutTimeouts();
            // Not known here: either the peer replied so, or the send queue of its link is full.
            case BUSY -> before;
            case NO_REPLY -> before.withTimeout(timeoutRateOfOthers(event.peer()), event.completedAt());
        };
    }

    private double timeoutRateOfOthers(PeerId peer) {
        int others = 0;
        int timeouts = 0;
        for (ExchangeSample event : window) {
            if (!event.peer().equals(peer)) {
                others++;
                timeouts += event.outcome() == Outcome.NO_REPLY ? 1 : 0;
            }
        }
        return others < MIN_EVENTS ? 0 : (double) timeouts / others;
    }

    private void append(ExchangeSample event) {
        window.add(event);
        unfitted++;
        if (window.size() > MAX_SAMPLES) {
            window.remove();
        }
    }

    private void fit() {
        curves = LatencyModel.fit(window);
        unfitted = 0;
        trained = true;
        Map<PeerId, List<ExchangeSample>> byPeer = new LinkedHashMap<>();
        window.forEach(event ->
                byPeer.computeIfAbsent(event.peer(), peer -> new ArrayList<>()).add(event));
        byPeer.forEach(this::refit);
    }

    /** Compares the peer's exchanges with the new curves; one with few of them keeps what is known from before. */
    private void refit(PeerId peer, List<ExchangeSample> events) {
        Reputation known = reputations.get(peer);
        if (known != null && (events.size() >= Reputation.MIN_EVENTS || known.samples() == 0)) {
            Reputation refitted = known.withoutSamples();
            for (ExchangeSample event : events) {
                refitted = refitted.withSample(event, curves);
            }
            reputations.put(peer, refitted);
        }
    }

    private void publish() {
        model = new RoutingModel(curves, new HashMap<>(reputations.asMap()));
    }
}
