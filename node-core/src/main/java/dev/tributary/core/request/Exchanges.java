package dev.tributary.core.request;

import dev.tributary.core.error.ExchangeTimeoutException;
import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.PeerUnreachableException;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.TimeSource;
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
 * Pairs each request sent on a link with its one reply. Every link has a limited number of credits: a request holds one
 * until it completes, errors or is cancelled; a reply needs none. Safe to use from any thread.
 */
public final class Exchanges {

    private final Map<ExchangeId, Sinks.One<PeerReply>> waiting = new ConcurrentHashMap<>();
    private final Map<PeerLink, ConcurrencyLimit> credits = new ConcurrentHashMap<>();
    private final UnansweredRequests unanswered;
    private final AtomicLong lateReplies = new AtomicLong();
    private final int creditsPerLink;
    private final Scheduler timer;

    /** Creates the table; {@code creditsPerLink} is the maximum number of requests under way on one link. */
    public Exchanges(int creditsPerLink, TimeSource time, Scheduler timer) {
        this.creditsPerLink = creditsPerLink;
        this.unanswered = new UnansweredRequests(time);
        this.timer = timer;
    }

    /**
     * Sends the request and emits its reply, which may be a refusal. Errors with
     * {@link NodeBusyException} if the link has no credit left or a request with this transaction id is under way on it,
     * {@link dev.tributary.core.error.LinkClosedException} if the request could not be sent,
     * {@link PeerUnreachableException} if the link ends meanwhile, and {@link ExchangeTimeoutException} on timeout.
     * Cancelling forgets the exchange; the peer is not notified.
     */
    public Mono<PeerReply> ask(PeerLink link, PeerRequest request, Duration timeout) {
        return Mono.defer(() -> credits.computeIfAbsent(link, this::newCredits).admit(exchange(link, request)))
                // Credits created after the link closed would otherwise never be removed.
                .doOnError(LinkClosedException.class, gone -> credits.remove(link))
                .transform(Cancellation::quiet)
                .timeout(timeout, timer)
                .doOnError(TimeoutException.class, silence -> unanswered.onTimeout(link))
                .onErrorMap(TimeoutException.class, silence -> new ExchangeTimeoutException(link.peer(), timeout));
    }

    /** Completes the exchange of this reply; false if it is over already. */
    public boolean complete(PeerLink link, PeerReply reply) {
        unanswered.onReply(link);
        Sinks.One<PeerReply> waiter = waiting.remove(new ExchangeId(link, reply.tx()));
        boolean settled = waiter != null && waiter.tryEmitValue(reply).isSuccess();
        if (!settled) {
            lateReplies.incrementAndGet();
        }
        return settled;
    }

    /** Fails all exchanges that wait for a reply on this link. */
    public void onLinkClosed(PeerLink link, CloseReason reason) {
        credits.remove(link);
        unanswered.onLinkClosed(link);
        waiting.keySet().stream()
                .filter(id -> id.link().equals(link))
                // Hash order differs between runs; a simulation must fail them in the same order each time.
                .sorted(Comparator.comparing(ExchangeId::tx, TransactionId.BY_TIME))
                .toList()
                .forEach(id -> fail(id, new PeerUnreachableException(link.peer(), "its link ended, " + reason)));
    }

    /** Sets the listener, called on any thread when a peer becomes silent or answers again; it must not block. */
    public void onSilenceChange(Runnable listener) {
        unanswered.onChange(listener);
    }

    /** Whether the link's peer left at least three requests in a row unanswered, over ten seconds or more. */
    public boolean isSilent(PeerLink link) {
        return unanswered.isSilent(link);
    }

    /** Time since the first of the last requests in a row failed without an answer; zero if the last was answered. */
    public Duration silence(PeerLink link) {
        return unanswered.silence(link);
    }

    /** Number of exchanges that wait for a reply. */
    public int pending() {
        return waiting.size();
    }

    /** Number of links with credits: open links on which a request was sent. */
    int linksWithCredits() {
        return credits.size();
    }

    /** Number of replies that arrived after their exchange was over. */
    public long lateReplies() {
        return lateReplies.get();
    }

    private Mono<PeerReply> exchange(PeerLink link, PeerRequest request) {
        ExchangeId id = new ExchangeId(link, request.tx());
        // The waiter is registered before the request is sent, or a fast reply would find none; it is removed before
        // the outcome is emitted, because the subscriber may repeat the request at once.
        return Mono.using(
                () -> open(id),
                waiter -> link.send(request).then(waiter.asMono()),
                waiter -> waiting.remove(id, waiter));
    }

    private Sinks.One<PeerReply> open(ExchangeId id) {
        Sinks.One<PeerReply> waiter = Sinks.one();
        if (waiting.putIfAbsent(id, waiter) != null) {
            throw new NodeBusyException("requests with one transaction id on a link", 1);
        }
        return waiter;
    }

    private void fail(ExchangeId id, PeerUnreachableException loss) {
        Sinks.One<PeerReply> waiter = waiting.remove(id);
        if (waiter != null) {
            waiter.tryEmitError(loss);
        }
    }

    private ConcurrencyLimit newCredits(PeerLink link) {
        return new ConcurrencyLimit("requests to peer " + link.peer(), creditsPerLink);
    }

    /** Links compare by identity: a reply on a new link to the same peer completes no exchange of the old link. */
    private record ExchangeId(PeerLink link, TransactionId tx) {}
}
