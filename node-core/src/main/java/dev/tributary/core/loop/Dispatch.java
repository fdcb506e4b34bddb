package dev.tributary.core.loop;

import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.operation.Admission;
import dev.tributary.core.operation.Exchanges;
import dev.tributary.core.operation.GetOperation;
import dev.tributary.core.operation.PutOperation;
import dev.tributary.core.operation.Refusals;
import dev.tributary.core.peer.PeerLink;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * What the loop does with each event: settles an exchange, changes the table of neighbours, or starts an operation
 * beside the loop. Everything here returns at once.
 */
final class Dispatch implements Consumer<NodeEvent> {

    private static final Logger log = LoggerFactory.getLogger(Dispatch.class);

    private final PutOperation puts;
    private final GetOperation gets;
    private final Exchanges exchanges;
    private final LinkTable links;
    private final Admission clients;
    private final Admission strangers;
    private final Admission background;
    private final Disposable.Composite running = Disposables.composite();

    Dispatch(
            PutOperation puts,
            GetOperation gets,
            Exchanges exchanges,
            LinkTable links,
            Admission clients,
            Admission strangers,
            Admission background) {
        this.puts = puts;
        this.gets = gets;
        this.exchanges = exchanges;
        this.links = links;
        this.clients = clients;
        this.strangers = strangers;
        this.background = background;
    }

    @Override
    public void accept(NodeEvent event) {
        if (event instanceof TransportEvent transport) {
            onTransport(transport);
        } else if (event instanceof Notification notification) {
            onNotification(notification);
        } else if (event instanceof HandshakeEvent handshake) {
            links.onHandshake(handshake);
        }
    }

    /** Ends what still runs: nobody waits for it any more. */
    void stop() {
        running.dispose();
    }

    private void onTransport(TransportEvent event) {
        if (event instanceof TransportEvent.Departed departed) {
            links.onDeparture(departed);
            exchanges.departed(departed.link(), departed.reason());
        } else if (event instanceof TransportEvent.Received received) {
            if (received.message() instanceof PeerReply reply) {
                exchanges.settle(received.link(), reply);
            } else if (received.message() instanceof PeerRequest request) {
                serve(received.link(), request);
            }
        }
    }

    private void onNotification(Notification notification) {
        if (notification instanceof Notification.PutAsked asked) {
            asked.answer().from(clients.admit(puts.publish(asked.contract(), asked.state())));
        } else if (notification instanceof Notification.GetAsked asked) {
            asked.answer().from(clients.admit(gets.fetch(asked.id())));
        } else if (notification instanceof Notification.WorkLeft left) {
            start(background.admit(left.work()), left.what());
        }
    }

    private void serve(PeerLink link, PeerRequest request) {
        Mono<? extends PeerReply> reply =
                request instanceof Put.Request put ? puts.serve(put) : gets.serve((Get.Request) request);
        start(
                strangers
                        .admit(links.admit(link, reply.cast(PeerReply.class)))
                        .onErrorResume(error -> Mono.just(refuse(request, error)))
                        .flatMap(link::send),
                "reply");
    }

    private static PeerReply refuse(PeerRequest request, Throwable error) {
        log.debug("tx={} refused because {}", request.tx(), error.toString());
        return Refusals.of(request.tx(), error);
    }

    /** Starts work whose result goes nowhere from here; a failure is one line for whoever looks into it. */
    private void start(Mono<?> work, String what) {
        Disposable.Swap handle = Disposables.swap();
        running.add(handle);
        handle.update(work.doFinally(end -> running.remove(handle))
                .subscribe(done -> {}, failure -> log.debug("{} failed: {}", what, failure.toString())));
    }
}
