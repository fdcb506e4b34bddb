package dev.tributary.core.engine;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.hosting.CompareOperation;
import dev.tributary.core.hosting.UpdateBroadcast;
import dev.tributary.core.membership.ConnectOperation;
import dev.tributary.core.membership.LinkTable;
import dev.tributary.core.message.Connect;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.RefusalCode;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;
import dev.tributary.core.operation.GetOperation;
import dev.tributary.core.operation.PutOperation;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.RefusalMapper;
import dev.tributary.core.request.RequestContext;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Serves the requests of peers and takes in the updates that they broadcast, within the limits for other nodes. Every
 * request is answered, with a refusal if nothing else. Loop thread only.
 */
final class PeerRequestHandler {

    private static final Logger log = LoggerFactory.getLogger(PeerRequestHandler.class);

    private final PeerOperations operations;
    private final RequestContext context;
    private final LinkTable links;
    private final RequestLimits limits;
    private final RunningTasks tasks;
    private volatile boolean stopping;

    /** The operations that peers may ask for. */
    record PeerOperations(
            PutOperation puts,
            GetOperation gets,
            ConnectOperation connects,
            CompareOperation compares,
            UpdateBroadcast broadcast) {}

    PeerRequestHandler(
            PeerOperations operations,
            RequestContext context,
            LinkTable links,
            RequestLimits limits,
            RunningTasks tasks) {
        this.operations = operations;
        this.context = context;
        this.links = links;
        this.limits = limits;
        this.tasks = tasks;
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
        int bytes = (int) Math.max(1, Math.min(Integer.MAX_VALUE, update.bytes()));
        tasks.start(
                limits.remoteUpdates()
                        .admit(limits.remoteBytes()
                                .admit(bytes, operations.broadcast().serve(link, update)))
                        .timeout(context.config().deadline(), context.timer())
                        .onErrorResume(
                                failure -> failure instanceof NodeBusyException || failure instanceof TimeoutException,
                                failure -> Mono.fromRunnable(
                                        () -> operations.broadcast().skip(link, update.id()))),
                update.tx(),
                "taken in");
    }

    void onUnfollowed(PeerLink link, Hosting.Unfollowed notice) {
        operations.broadcast().onUnfollow(link.peer(), notice);
    }

    void onLinkClosed(PeerLink link) {
        operations.broadcast().onDisconnect(link.peer());
    }

    private Mono<? extends PeerReply> reply(PeerLink link, PeerRequest request) {
        if (request instanceof Put.Request put) {
            // A PUT goes on when its sender has gone: the state is worth storing.
            return limits.remoteBytes()
                    .admit(Math.max(1, put.state().size()), operations.puts().serve(link.peer(), put));
        } else if (request instanceof Hosting.Offer offer) {
            return operations.compares().serve(link.peer(), offer);
        } else if (request instanceof Update.Reconcile reconcile) {
            return operations.compares().serve(link.peer(), reconcile).takeUntilOther(link.closed());
        } else if (request instanceof Get.Request get) {
            return operations.gets().serve(link.peer(), get).takeUntilOther(link.closed());
        }
        return operations.connects().serve(link, (Connect.Request) request).takeUntilOther(link.closed());
    }

    private static PeerReply refusal(PeerRequest request, Throwable error) {
        Refused refused = RefusalMapper.toRefusal(request.tx(), error);
        if (refused.code() == RefusalCode.UNKNOWN) {
            log.warn("request failed tx={}", request.tx(), error);
        } else {
            log.debug("request refused tx={} code={} reason={}", request.tx(), refused.code(), error.getMessage());
        }
        return refused;
    }
}
