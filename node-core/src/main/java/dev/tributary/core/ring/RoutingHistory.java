package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TimeSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last exchanges with neighbours, and what is to be learned from them. Bounded, whoever comes and goes. Safe to use
 * from any thread; readers take a {@link #router} and see one moment.
 */
public final class RoutingHistory {

    /** So many exchanges are remembered: a busy node's last minutes. */
    static final int WINDOW = 500;

    /** From so many exchanges on they say more than the distance. */
    static final int LEAST_EVENTS = 50;

    /** The curves are fitted anew when more than a tenth of the window is. */
    private static final int TURNOVER = 10;

    /** More neighbours than a node has; those not heard of for the longest time are forgotten. */
    static final int REPUTATIONS = 512;

    private final TimeSource time;
    private final Deque<Event> window = new ArrayDeque<>();
    private final Map<PeerId, Reputation> reputations = new LinkedHashMap<>(16, 0.75f, true);
    private Curves curves = Curves.UNKNOWN;
    private boolean taught;
    private int unfitted;
    private volatile RoutingModel model = RoutingModel.UNTAUGHT;

    public RoutingHistory(TimeSource time) {
        this.time = time;
    }

    /** Who is asked best on this ring, by what is known now. */
    public Router router(Ring ring) {
        return new Router(ring, model, time.nanos());
    }

    /** Watches one exchange, which begins now. */
    public Observation observe(PeerId peer, RingLocation target) {
        return new Observation(this, peer, target, time);
    }

    /** A neighbour with a new link is alive, whatever became of the old one. */
    public synchronized void linked(PeerId peer) {
        Reputation known = reputations.get(peer);
        if (known != null && known.silences() > 0) {
            reputations.put(peer, known.alive());
            publish();
        }
    }

    RoutingModel model() {
        return model;
    }

    /** How many exchanges are remembered. */
    synchronized int events() {
        return window.size();
    }

    /** How many peers are. */
    synchronized int peers() {
        return reputations.size();
    }

    synchronized void record(Event event) {
        Reputation before = reputations.getOrDefault(event.peer(), Reputation.UNKNOWN);
        Reputation after = signOfLife(before, event);
        remember(event);
        reputations.put(event.peer(), taught ? after.learns(event, curves) : after);
        if (reputations.size() > REPUTATIONS) {
            reputations.remove(reputations.keySet().iterator().next());
        }
        boolean due = window.size() >= LEAST_EVENTS && unfitted * TURNOVER > window.size();
        if (due) {
            fit();
        }
        if (due || before.silences() != after.silences()) {
            publish();
        }
    }

    private Reputation signOfLife(Reputation before, Event event) {
        return switch (event.outcome()) {
            case ANSWERED, NOT_FOUND, FAILED -> before.alive();
            // Whether it was the peer that said so, or its link that is full, is not known here.
            case BUSY -> before;
            case SILENT -> before.silent(othersSilent(event.peer()), event.at());
        };
    }

    private double othersSilent(PeerId peer) {
        int others = 0;
        int silent = 0;
        for (Event event : window) {
            if (!event.peer().equals(peer)) {
                others++;
                silent += event.outcome() == Outcome.SILENT ? 1 : 0;
            }
        }
        return others < LEAST_EVENTS ? 0 : (double) silent / others;
    }

    private void remember(Event event) {
        window.add(event);
        unfitted++;
        if (window.size() > WINDOW) {
            window.remove();
        }
    }

    private void fit() {
        curves = Curves.fit(window);
        unfitted = 0;
        if (!taught) {
            taught = true;
            for (Event event : window) {
                reputations.computeIfPresent(event.peer(), (peer, known) -> known.learns(event, curves));
            }
        }
    }

    private void publish() {
        model = new RoutingModel(curves, new HashMap<>(reputations));
    }
}
