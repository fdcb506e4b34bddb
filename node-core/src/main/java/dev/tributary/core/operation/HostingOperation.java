package dev.tributary.core.operation;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Compares copies with a neighbour: tells it the digests of what both should hold, brings it what it has none of, and
 * exchanges with it what each is missing where they differ, so both end equal. When all is equal nothing is sent but digests.
 */
public final class HostingOperation {

    /** Bringing takes at most this much of a link, whatever the link could carry: 8 MiB a second. */
    private static final long BYTES_A_SECOND = 8L << 20;

    /** Small states are brought four at once; each holds its place for as long as its share of the above says. */
    private static final int SMALL_AT_ONCE = 4;

    /** Larger ones one at a time over all links, since they are in memory meanwhile. */
    private static final int LARGE = 64 << 10;

    /** A link that is slower than this with a large state is given up: as slow as one that cannot end in a minute. */
    private static final long SLOWEST_BYTES_A_SECOND = 1L << 20;

    private static final Logger log = LoggerFactory.getLogger(HostingOperation.class);

    private final OperationContext context;
    private final HostedContracts contracts;
    private final PeerCopies copies;
    private final Reconciliation reconciliation;
    private final Turns<String> large = new Turns<>();

    /** @param intake takes in what this node's copies are missing */
    public HostingOperation(OperationContext context, HostedContracts contracts, Intake intake) {
        this.context = context;
        this.contracts = contracts;
        this.copies = contracts.table().peerCopies();
        this.reconciliation = new Reconciliation(context, contracts, intake);
    }

    /** A neighbour's offer, answered at once from the table of what is hosted. */
    public Mono<PeerReply> serve(PeerId neighbour, Hosting.Offer offer) {
        return Mono.fromSupplier(() -> new Hosting.Answer(offer.tx(), copies.compare(neighbour, offer.held())));
    }

    /** A neighbour whose copy differs. Errors with a {@link NodeException} if nothing is held here. */
    public Mono<PeerReply> serve(PeerId neighbour, Update.Reconcile request) {
        return reconciliation.serve(neighbour, request);
    }

    /** How many large states are being brought or wait for it. */
    int bringingLarge() {
        return large.busy();
    }

    /**
     * Offers what still needs it and brings what is asked for. Errors with a {@link NodeException} as soon as the neighbour
     * fails; what was not done by then is still due.
     */
    Mono<Void> compare(StepQueue.Step step) {
        return Mono.defer(() -> {
            List<Hosting.Held> held = copies.offers(step.peer(), step.ids());
            return held.isEmpty()
                    ? Mono.<Void>empty()
                    : Mono.justOrEmpty(context.neighbourhood().link(step.peer()))
                            .flatMap(link -> offer(link, held));
        });
    }

    private Mono<Void> offer(PeerLink link, List<Hosting.Held> held) {
        Duration patience = context.config().replicaPatience();
        Hosting.Offer offer = new Hosting.Offer(context.ids().get(), patience, held);
        return ask(link, offer, patience)
                .flatMap(reply -> reply instanceof Hosting.Answer answer
                                && answer.verdicts().size() == held.size()
                        ? bring(link, held, answer.verdicts())
                        : Mono.error(Refusals.nonsense(link.peer(), reply)));
    }

    private Mono<Void> bring(PeerLink link, List<Hosting.Held> held, List<Hosting.Verdict> verdicts) {
        List<Task> small = new ArrayList<>();
        List<Task> larger = new ArrayList<>();
        for (int i = 0; i < held.size(); i++) {
            Remedy remedy = copies.compared(link.peer(), held.get(i), verdicts.get(i));
            if (remedy != Remedy.NOTHING) {
                (held.get(i).bytes() <= LARGE ? small : larger).add(new Task(held.get(i), remedy));
            }
        }
        log.debug("peer={} offered={} differ={}", link.peer(), held.size(), small.size() + larger.size());
        return bringSmall(link, small)
                .thenMany(Flux.fromIterable(larger).concatMap(each -> large.inTurn("large", remedy(link, each, 1)), 1))
                .then();
    }

    /** When one fails those under way go on to their ends and no more are begun: or a busy neighbour would end them all, each time. */
    private Mono<Void> bringSmall(PeerLink link, List<Task> small) {
        AtomicReference<@Nullable NodeException> first = new AtomicReference<>();
        return Flux.fromIterable(small)
                .takeWhile(each -> first.get() == null)
                .flatMap(
                        each -> remedy(link, each, SMALL_AT_ONCE).onErrorResume(NodeException.class, failure -> {
                            first.compareAndSet(null, failure);
                            return Mono.empty();
                        }),
                        SMALL_AT_ONCE,
                        1)
                .then(Mono.defer(() -> {
                    NodeException failure = first.get();
                    return failure == null ? Mono.empty() : Mono.error(failure);
                }));
    }

    private Mono<Void> remedy(PeerLink link, Task task, int atOnce) {
        return task.remedy == Remedy.BRING
                ? bring(link, task.held, atOnce)
                : reconciliation.with(link, task.held.id(), patience(task.held.bytes()));
    }

    /** @param atOnce how many share the link */
    private Mono<Void> bring(PeerLink link, Hosting.Held held, int atOnce) {
        return contracts
                .find(held.id())
                .map(Optional::of)
                .onErrorResume(StorageException.class, unreadable -> {
                    log.warn("contract={} cannot be brought to anybody: {}", held.id(), unreadable.getMessage());
                    return Mono.empty();
                })
                .defaultIfEmpty(Optional.empty())
                .flatMap(stored -> stored.map(copy -> bring(link, held, copy, atOnce))
                        .orElseGet(() -> Mono.fromRunnable(() -> copies.refused(link.peer(), held.id()))));
    }

    private Mono<Void> bring(PeerLink link, Hosting.Held held, StoredContract stored, int atOnce) {
        Duration patience = patience(held.bytes());
        Put.Request copy = Put.Request.copy(context.ids().get(), patience, stored.contract(), stored.state());
        long nanos = 1_000_000_000L * atOnce * held.bytes() / BYTES_A_SECOND;
        return ask(link, copy, patience)
                .flatMap(reply -> brought(link, stored, reply))
                .then(
                        nanos < 1_000_000
                                ? Mono.empty()
                                : Mono.delay(Duration.ofNanos(nanos), context.timer())
                                        .then());
    }

    private Mono<Void> brought(PeerLink link, StoredContract stored, PeerReply reply) {
        if (reply instanceof Refused refused) {
            copies.refused(link.peer(), stored.contract().id());
            log.debug(
                    "tx={} peer={} does not host {}: {} {}",
                    reply.tx(),
                    link.peer(),
                    stored.contract().id(),
                    refused.code(),
                    refused.detail());
            return Mono.empty();
        } else if (reply instanceof Put.Stored taken) {
            copies.told(link.peer(), stored.contract().id(), stored.digest(), taken.held());
            return Mono.empty();
        }
        return Mono.error(Refusals.nonsense(link.peer(), reply));
    }

    private record Task(Hosting.Held held, Remedy remedy) {}

    /** The neighbour's reply, or its refusal if that is about one contract; every other refusal is an error. */
    private Mono<PeerReply> ask(PeerLink link, PeerRequest request, Duration patience) {
        return context.exchanges()
                .ask(link, request, patience)
                .flatMap(reply -> reply instanceof Refused refused && !Refusals.isAboutContract(refused.code())
                        ? Mono.error(Refusals.toError(refused, link.peer(), patience))
                        : Mono.just(reply));
    }

    private Duration patience(int bytes) {
        Duration wanted = context.config().replicaPatience().plusMillis(1000L * bytes / SLOWEST_BYTES_A_SECOND);
        Duration most = context.config().deadline();
        return wanted.compareTo(most) < 0 ? wanted : most;
    }
}
