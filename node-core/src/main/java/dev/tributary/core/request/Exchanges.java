package dev.tributary.core.request;

import dev.tributary.core.error.ExchangeTimeoutException;
import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.PeerUnreachableException;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Underway;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Pairs each request sent on a link with its one reply. Every link has a limited number of credits: a request holds one
 * until it completes, errors or is cancelled; a reply needs none. Safe to use from any thread.
 */
public final class Exchanges {

    private final Map<ExchangeId, PendingExchange> waiting = new ConcurrentHashMap<>();
    private final Map<PeerLink, ConcurrencyLimit> credits = new ConcurrentHashMap<>();
    private final UnansweredRequests unanswered;
    private final UnseenTransfers unseenTransfers;
    private final AtomicLong lateReplies = new AtomicLong();
    private final int creditsPerLink;
    private final Scheduler timer;

    /** Creates the table; {@code creditsPerLink} is the maximum number of requests under way on one link. */
    public Exchanges(int creditsPerLink, TimeSource time, Scheduler timer) {
        this.creditsPerLink = creditsPerLink;
        this.unanswered = new UnansweredRequests(time);
        this.unseenTransfers = new UnseenTransfers(time);
        this.timer = timer;
    }

    /** As {@link #ask(PeerLink, PeerRequest, Duration, IntConsumer)}, for a caller that is not told what moves. */
    public Mono<PeerReply> ask(PeerLink link, PeerRequest request, Duration silence) {
        return ask(link, request, silence, bytes -> {});
    }

    /**
     * Sends the request and emits its reply, which may be a refusal. Errors with
     * {@link NodeBusyException} if the link has no credit left or a request with this transaction id is under way on it,
     * {@link dev.tributary.core.error.LinkClosedException} if the request could not be sent,
     * {@link PeerUnreachableException} if the link ends meanwhile, and {@link ExchangeTimeoutException} after silence.
     * Cancelling forgets the exchange, and withdraws a large request of which nothing was sent; the peer is not notified.
     *
     * @param silence how long there may be neither a reply nor a sign that bytes of the request or of the reply move, on
     *     this link or behind the peer, whose word is believed as {@link UnseenTransfers} says
     * @param onMoved called with the size in bytes of a large message when it was seen to move, every few seconds; on any
     *     thread
     */
    public Mono<PeerReply> ask(PeerLink link, PeerRequest request, Duration silence, IntConsumer onMoved) {
        return ask(link, request, silence, onMoved, () -> {});
    }

    /** @param onQueued called when the request is in the queue of the link, which counts its bytes from then on */
    public Mono<PeerReply> ask(
            PeerLink link, PeerRequest request, Duration silence, IntConsumer onMoved, Runnable onQueued) {
        return Mono.defer(() -> {
            PendingExchange exchange = new PendingExchange(link, request, onMoved, unseenTransfers);
            Mono<Void> sending = link.send(request).doOnSuccess(queued -> onQueued.run());
            return Mono.defer(() ->
                            credits.computeIfAbsent(link, this::newCredits).admit(exchange(exchange, sending)))
                    // Credits created after the link closed would otherwise never be removed.
                    .doOnError(LinkClosedException.class, gone -> forget(link))
                    .transform(Cancellation::quiet)
                    .timeout(exchange.silence(silence, timer))
                    .doOnError(TimeoutException.class, late -> onTimeout(link))
                    .onErrorMap(TimeoutException.class, late -> new ExchangeTimeoutException(link.peer(), silence));
        });
    }

    /** The peer tells that a large message moves behind it; ignored if the exchange is over. */
    public void onUnderway(PeerLink link, Underway notice) {
        PendingExchange exchange = waiting.get(new ExchangeId(link, notice.tx()));
        if (exchange != null) {
            unanswered.onReply(link);
            exchange.onUnderway(notice.bytes());
        }
    }

    /** The contracts of which a PUT to the peer of this link waits for its reply; reads all exchanges once. */
    public Set<ContractInstanceId> puttingOver(PeerLink link) {
        return waiting.values().stream()
                .flatMap(exchange -> exchange.contractPutOver(link).stream())
                .collect(Collectors.toSet());
    }

    /** Completes the exchange of this reply; false if it is over already. */
    public boolean complete(PeerLink link, PeerReply reply) {
        unanswered.onReply(link);
        PendingExchange waiter = waiting.remove(new ExchangeId(link, reply.tx()));
        boolean settled = waiter != null && waiter.complete(reply);
        if (!settled) {
            lateReplies.incrementAndGet();
        }
        return settled;
    }

    /** Fails all exchanges that wait for a reply on this link. */
    public void onLinkClosed(PeerLink link, CloseReason reason) {
        forget(link);
        waiting.keySet().stream()
                .filter(id -> id.link().equals(link))
                // Hash order differs between runs; a simulation must fail them in the same order each time.
                .sorted(Comparator.comparing(ExchangeId::tx, TransactionId.BY_TIME))
                .toList()
                .forEach(id -> fail(id, new PeerUnreachableException(link.peer(), "its link ended, " + reason)));
    }

    /** The credits first: a timeout that finds them counts before the count is removed. */
    private void forget(PeerLink link) {
        credits.remove(link);
        unanswered.onLinkClosed(link);
    }

    /** Counts against the link, unless it has closed meanwhile: what is counted then is never forgotten. */
    private void onTimeout(PeerLink link) {
        unanswered.onTimeout(link);
        if (!credits.containsKey(link)) {
            unanswered.onLinkClosed(link);
        }
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

    private Mono<PeerReply> exchange(PendingExchange exchange, Mono<Void> sending) {
        PeerLink link = exchange.link();
        ExchangeId id = new ExchangeId(link, exchange.tx());
        // The waiter is registered before the request is sent, or a fast reply would find none; it is removed before
        // the outcome is emitted, because the subscriber may repeat the request at once.
        return Mono.using(
                        () -> open(id, exchange),
                        waiter -> sending.then(waiter.reply().asMono()),
                        waiter -> {
                            waiting.remove(id, waiter);
                            waiter.end();
                        })
                .doOnCancel(() -> link.withdraw(id.tx()));
    }

    private PendingExchange open(ExchangeId id, PendingExchange exchange) {
        if (waiting.putIfAbsent(id, exchange) != null) {
            throw new NodeBusyException("requests with one transaction id on a link", 1);
        }
        return exchange;
    }

    private void fail(ExchangeId id, PeerUnreachableException loss) {
        PendingExchange waiter = waiting.remove(id);
        if (waiter != null) {
            waiter.reply().tryEmitError(loss);
        }
    }

    private ConcurrencyLimit newCredits(PeerLink link) {
        return new ConcurrencyLimit("requests to peer " + link.peer(), creditsPerLink);
    }

    /** Links compare by identity: a reply on a new link to the same peer completes no exchange of the old link. */
    private record ExchangeId(PeerLink link, TransactionId tx) {}
}
