package dev.tributary.core.engine;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.membership.LinkTable;
import dev.tributary.core.message.Connect;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.Cancellation;
import dev.tributary.core.request.RefusalMapper;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.request.SharedSignal;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.StateSummary;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Serves the requests of peers and takes in the updates that they broadcast, within the limits for other nodes. Every
 * request is answered, with a refusal if nothing else. Loop thread only.
 */
final class PeerRequestHandler {

    private static final Logger log = LoggerFactory.getLogger(PeerRequestHandler.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private final PeerOperations operations;
    private final ToLongFunction<ContractInstanceId> sizes;
    private final RequestContext context;
    private final LinkTable links;
    private final RequestLimits limits;
    private final RunningTasks tasks;
    private final OfferLimiter offers;
    private final LongAdder skippedUpdates = new LongAdder();
    private final StrainLimiter strains;

    /** Tells the requests of each link that it is closed. */
    private final Map<PeerLink, SharedSignal> closes = new HashMap<>();

    private volatile boolean stopping;

    /** @param sizes the size of a contract that this node hosts, 0 if it does not: what reading it needs */
    PeerRequestHandler(
            PeerOperations operations,
            ToLongFunction<ContractInstanceId> sizes,
            RequestContext context,
            LinkTable links,
            RequestLimits limits,
            RunningTasks tasks) {
        this.operations = operations;
        this.sizes = sizes;
        this.context = context;
        this.links = links;
        this.limits = limits;
        this.tasks = tasks;
        this.offers = new OfferLimiter(context.time());
        this.strains = new StrainLimiter(context.time());
    }

    /** Refuses all requests from now on, and ignores updates. From any thread. */
    void refuse() {
        stopping = true;
    }

    void onRequest(PeerLink link, PeerRequest request) {
        if (stopping) {
            tasks.start(
                    link.send(RefusalMapper.toRefusal(request.tx(), new NodeStoppedException())),
                    request.tx(),
                    "refused");
            return;
        }
        tasks.start(
                limits.remote()
                        .admit(links.admit(link, reply(link, request)))
                        .cast(PeerReply.class)
                        .onErrorResume(error -> Mono.just(refusal(request, error)))
                        .flatMap(answer -> link.send(answer)
                                // A refusal is small: it fits where the answer does not.
                                .onErrorResume(
                                        NodeBusyException.class,
                                        full -> link.send(RefusalMapper.toRefusal(request.tx(), full)))),
                request.tx(),
                "answered");
    }

    /** An update that a neighbour broadcasts. One that exceeds a limit is skipped: the next comparison of replicas repairs it. */
    void onUpdate(PeerLink link, Update.Changed update) {
        if (stopping) {
            return;
        }
        long bytes = update.bytes() + sizes.applyAsLong(update.id());
        tasks.start(
                limits.remoteUpdates()
                        .admit(limits.remoteBytes()
                                .admit(
                                        link.peer(),
                                        bytes,
                                        operations.broadcast().serve(link, update)))
                        .timeout(context.config().deadline(), context.timer())
                        .onErrorResume(
                                failure -> failure instanceof NodeBusyException || failure instanceof TimeoutException,
                                failure -> Mono.fromRunnable(() -> skip(link, update))),
                update.tx(),
                "taken in");
    }

    void onAcknowledged(PeerLink link, Update.Acknowledged notice) {
        operations.broadcast().onAcknowledged(link.peer(), notice);
    }

    private void skip(PeerLink link, Update.Changed update) {
        skippedUpdates.increment();
        operations.broadcast().skip(link, update.id());
    }

    /** Number of updates that were skipped, since they exceeded a limit. */
    long skippedUpdates() {
        return skippedUpdates.sum();
    }

    void onUnfollowed(PeerLink link, Hosting.Unfollowed notice) {
        operations.broadcast().onUnfollow(link.peer(), notice);
    }

    void onLinkClosed(PeerLink link) {
        operations.broadcast().onDisconnect(link.peer());
        SharedSignal closed = closes.remove(link);
        if (closed != null) {
            closed.emit();
        }
    }

    /** A PUT goes on when its sender has gone, since its state is worth storing; other requests are cancelled. */
    private Mono<? extends PeerReply> reply(PeerLink link, PeerRequest request) {
        return switch (request.kind()) {
            case PUT -> put(link, (Put.Request) request);
            case GET -> untilClosed(link, get(link, (Get.Request) request));
            case CONNECT -> untilClosed(link, operations.connects().serve(link, (Connect.Request) request));
            case HOSTING_OFFER -> compare(link, (Hosting.Offer) request);
            case UPDATE_RECONCILE -> untilClosed(link, reconcile(link, (Update.Reconcile) request));
        };
    }

    private <T> Mono<T> untilClosed(PeerLink link, Mono<T> work) {
        return Cancellation.until(
                work, closes.computeIfAbsent(link, unused -> new SharedSignal()).asMono());
    }

    /** The state that is read for the answer counts for the peer until it is in the send queue, which counts it then. */
    private Mono<PeerReply> get(PeerLink link, Get.Request get) {
        long bytes = sizes.applyAsLong(get.id());
        return limits.remoteBytes().admit(link.peer(), bytes, operations.gets().serve(link.peer(), get));
    }

    private Mono<PeerReply> compare(PeerLink link, Hosting.Offer offer) {
        try {
            offers.admit(link.peer(), offer);
        } catch (NodeBusyException excess) {
            if (offers.isAbusive(link.peer())) {
                link.close(new CloseReason(CloseReason.Kind.PROTOCOL, "the peer offers too many replicas"));
            }
            return Mono.error(excess);
        }
        return operations.compares().serve(link.peer(), offer);
    }

    private Mono<PeerReply> reconcile(PeerLink link, Update.Reconcile request) {
        StateSummary summary = request.summary();
        long bytes = sizes.applyAsLong(request.id()) + (summary == null ? 0 : summary.size());
        return limits.remoteBytes()
                .admit(link.peer(), bytes, operations.compares().serve(link.peer(), request));
    }

    private Mono<Put.Stored> put(PeerLink link, Put.Request put) {
        long bytes = (long) put.state().size() + put.contract().bytes();
        Mono<Put.Stored> work = operations.puts().serve(link.peer(), put);
        boolean isHeld = sizes.applyAsLong(put.contract().id()) > 0;
        return limits.remoteBytes().admit(link.peer(), bytes, isHeld ? work : strains.limit(link.peer(), work));
    }

    private static PeerReply refusal(PeerRequest request, Throwable error) {
        Refused refused = RefusalMapper.toRefusal(request.tx(), error);
        if (refused.code() == RefusalCode.UNKNOWN) {
            failures.warn(error, "request failed tx={}", request.tx());
        } else {
            log.debug("request refused tx={} code={} reason={}", request.tx(), refused.code(), error.getMessage());
        }
        return refused;
    }
}
