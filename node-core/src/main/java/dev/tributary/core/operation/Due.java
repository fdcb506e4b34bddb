package dev.tributary.core.operation;

import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * What neighbours are due: to be told of a change where it is known what they hold, else to compare copies. Guarded by the
 * lock of the table that it belongs to, but for the two queues.
 */
final class Due {

    private final Predicate<CodeHash> mayBeSpread;
    private final TimeSource time;
    private final Wake stepDue;
    private final Wake tellDue;
    private final StepQueue steps;
    private final Spreading spreading;

    /**
     * Nothing is due yet.
     *
     * @param mayBeSpread whether states of this code's contracts may be brought to others
     * @param timer where those wake up who look after the hosted contracts
     */
    Due(
            HostingConfig config,
            Predicate<CodeHash> mayBeSpread,
            TimeSource time,
            RandomGenerator random,
            Scheduler timer) {
        this.mayBeSpread = mayBeSpread;
        this.time = time;
        this.stepDue = new Wake(timer);
        this.tellDue = new Wake(timer);
        this.steps = new StepQueue(time, random, stepDue);
        this.spreading = new Spreading(config.burst(), config.pace(), time, tellDue);
    }

    StepQueue steps() {
        return steps;
    }

    Wake stepDue() {
        return stepDue;
    }

    Spreading spreading() {
        return spreading;
    }

    Wake tellDue() {
        return tellDue;
    }

    /** Forgets the neighbours that are gone. */
    void retain(Predicate<PeerId> present) {
        steps.retain(present);
        spreading.retain(present);
    }

    /** Whether the two copies should be compared now; what may not be spread is looked at again with the next review. */
    boolean needs(Hosted entry, PeerId peer) {
        return entry.needs(peer, time.nanos()) && mayBeSpread.test(entry.key().code());
    }

    /** Whether the neighbour is to be told what has changed. */
    boolean behind(Hosted entry, PeerId peer) {
        return entry.behind(peer, time.nanos()) != null
                && mayBeSpread.test(entry.key().code());
    }

    /** Finds out what is due to all whom the copy is kept in step with. */
    void enqueue(Hosted entry) {
        entry.peers().forEach(peer -> enqueue(entry, peer));
    }

    /** The same after somebody has brought something. */
    void enqueue(Hosted entry, Bringer bringer) {
        boolean upstream = !entry.duty().root();
        for (PeerId peer : entry.peers()) {
            if (upstream && bringer.isPassedOn() && entry.isPartner(peer)) {
                passedOn(entry, peer);
            } else {
                enqueue(entry, peer);
                if (bringer.reason() == Bringer.Reason.UPDATE && needs(entry, peer)) {
                    steps.addFirst(peer, entry.key().id());
                }
            }
        }
    }

    void enqueue(Hosted entry, PeerId peer) {
        ContractInstanceId id = entry.key().id();
        if (behind(entry, peer)) {
            spreading.add(peer, id);
        }
        if (!needs(entry, peer)) {
            return;
        }
        if (entry.isUrgent(peer, time.nanos())) {
            steps.addFirst(peer, id);
        } else {
            steps.add(peer, id, entry.inStep(peer));
        }
    }

    /** Puts back into the line what is still to be compared with this neighbour. */
    void requeue(@Nullable Hosted entry, PeerId peer) {
        if (entry != null && (needs(entry, peer) || behind(entry, peer))) {
            steps.add(peer, entry.key().id(), entry.inStep(peer));
        }
    }

    /** The upstream is to be told that this node does not keep in step with it any more. */
    void leave(Hosted entry) {
        entry.duty()
                .partners()
                .forEach(upstream -> spreading.leave(upstream, entry.key().id()));
    }

    /** A PUT is on its way there already: should it not get there, the comparison finds out. */
    private void passedOn(Hosted entry, PeerId peer) {
        if (needs(entry, peer) || behind(entry, peer)) {
            steps.add(peer, entry.key().id(), false);
        }
    }
}
