package dev.tributary.core.operation;

import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.PeerSilentException;
import dev.tributary.core.error.PeerUnreachableException;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Pairs each request sent on a link with the one reply to it. Every link has a number of credits: a request spends one
 * until it is over, however it ends; a reply never needs any. Safe to use from any thread.
 */
public final class Exchanges {

    private final Map<ExchangeId, Sinks.One<PeerReply>> waiting = new ConcurrentHashMap<>();
    private final Map<PeerLink, Admission> credits = new ConcurrentHashMap<>();
    private final AtomicLong late = new AtomicLong();
    private final int creditsPerLink;
    private final Scheduler timer;

    /** Exchanges of which at most this many are under way on one link. */
    public Exchanges(int creditsPerLink, Scheduler timer) {
        this.creditsPerLink = creditsPerLink;
        this.timer = timer;
    }

    /**
     * Sends the request and waits for its reply, a refusal included. Errors with
     * {@link dev.tributary.core.error.NodeBusyException} if the link has no credit left,
     * {@link dev.tributary.core.error.LinkClosedException} if the request could not be sent,
     * {@link PeerUnreachableException} if the link ends meanwhile, and {@link PeerSilentException} if the patience does.
     * Cancelling gives up the wait; the peer is not told.
     */
    public Mono<PeerReply> ask(PeerLink link, PeerRequest request, Duration patience) {
        return Mono.defer(() -> credits.computeIfAbsent(link, this::newCredits).admit(exchange(link, request)))
                // A link that departed before the credits were made would keep them for ever.
                .doOnError(LinkClosedException.class, gone -> credits.remove(link))
                .timeout(patience, timer)
                .onErrorMap(TimeoutException.class, silence -> new PeerSilentException(link.peer(), patience));
    }

    /** Hands a reply to whoever waits for it; false if nobody does any more. */
    public boolean settle(PeerLink link, PeerReply reply) {
        Sinks.One<PeerReply> waiter = waiting.remove(new ExchangeId(link, reply.tx()));
        boolean settled = waiter != null && waiter.tryEmitValue(reply).isSuccess();
        if (!settled) {
            late.incrementAndGet();
        }
        return settled;
    }

    /** Fails everything that waits for a reply on this link. */
    public void departed(PeerLink link, CloseReason reason) {
        credits.remove(link);
        waiting.keySet().stream()
                .filter(id -> id.link().equals(link))
                // The table has no order that a second run of a simulation would find again.
                .sorted(Comparator.comparing(ExchangeId::tx, TransactionId.BY_TIME))
                .toList()
                .forEach(id -> fail(id, new PeerUnreachableException(link.peer(), "its link ended, " + reason)));
    }

    /** How many replies are waited for. */
    public int pending() {
        return waiting.size();
    }

    /** How many links have credits here: those alive on which something was asked. */
    int linksWithCredits() {
        return credits.size();
    }

    /** How many replies came when nobody waited for them any more. */
    public long late() {
        return late.get();
    }

    private Mono<PeerReply> exchange(PeerLink link, PeerRequest request) {
        ExchangeId id = new ExchangeId(link, request.tx());
        // The waiter is there before the request leaves, or a fast reply would find nobody; and it is gone before the
        // outcome is told, for the next thing that its hearer does may be to ask again.
        return Mono.using(
                () -> open(id),
                waiter -> link.send(request).then(waiter.asMono()),
                waiter -> waiting.remove(id, waiter));
    }

    private Sinks.One<PeerReply> open(ExchangeId id) {
        Sinks.One<PeerReply> waiter = Sinks.one();
        if (waiting.putIfAbsent(id, waiter) != null) {
            throw new IllegalStateException("tx=" + id.tx() + " is under way on this link already");
        }
        return waiter;
    }

    private void fail(ExchangeId id, PeerUnreachableException loss) {
        Sinks.One<PeerReply> waiter = waiting.remove(id);
        if (waiter != null) {
            waiter.tryEmitError(loss);
        }
    }

    private Admission newCredits(PeerLink link) {
        return new Admission("requests to peer " + link.peer(), creditsPerLink);
    }

    /** Links compare by identity, so a reply on a new link to the same peer settles nothing of the old one. */
    private record ExchangeId(PeerLink link, TransactionId tx) {}
}
