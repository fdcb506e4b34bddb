package dev.tributary.core.operation;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Refused;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.Deadline;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.request.RefusalMapper;
import dev.tributary.core.request.RequestContext;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The replicas that a contract's root sends to the neighbours nearest to the contract's location. */
final class RootReplicas {

    private static final Logger log = LoggerFactory.getLogger(RootReplicas.class);

    private final RequestContext context;
    private final Put.Request copy;
    private final Deadline deadline;
    private final BiConsumer<PeerLink, Put.Stored> onStored;

    /**
     * Creates the replicas of one PUT.
     *
     * @param copy the request that each neighbour gets
     * @param onStored called with each peer that stored the state
     */
    RootReplicas(
            RequestContext context, Put.Request copy, Deadline deadline, BiConsumer<PeerLink, Put.Stored> onStored) {
        this.context = context;
        this.copy = copy;
        this.deadline = deadline;
        this.onStored = onStored;
    }

    /**
     * Emits the number of confirmed replicas; errors if there is none and the contract rejects the state at another host,
     * which holds one that it does not merge with.
     */
    Mono<Integer> send() {
        List<PeerLink> nearest =
                context.neighbours().nearest(copy.contract().key().location(), peer -> false);
        int others = context.config().replicas() - 1;
        long wanted = nearest.stream()
                .limit(others)
                .filter(link -> !copy.visited().contains(link.peer()))
                .count();
        Queue<PeerLink> candidates = nearest.stream()
                .filter(link -> !copy.visited().contains(link.peer()))
                .limit(2L * others)
                .collect(Collectors.toCollection(ConcurrentLinkedQueue::new));
        return Flux.range(0, (int) wanted)
                .flatMap(replica -> send(candidates), OperationConfig.MAX_REPLICAS, 1)
                .collectList()
                .flatMap(RootReplicas::count);
    }

    private static Mono<Integer> count(List<Optional<RemoteFailureException>> outcomes) {
        int copies = (int) outcomes.stream().filter(Optional::isEmpty).count();
        Optional<RemoteFailureException> conflict = outcomes.stream()
                .flatMap(Optional::stream)
                .filter(RemoteFailureException::isRejection)
                .findFirst();
        return copies == 0 && conflict.isPresent() ? Mono.error(conflict.get()) : Mono.just(copies);
    }

    /** Sends a replica to the next candidate; those that cannot store it now are passed over. */
    private Mono<Optional<RemoteFailureException>> send(Queue<PeerLink> candidates) {
        return Mono.defer(() -> Mono.justOrEmpty(candidates.poll()))
                .flatMap(this::send)
                .flatMap(outcome -> outcome.filter(RefusalMapper::isPassedOver).isPresent()
                        ? send(candidates)
                        : Mono.just(outcome));
    }

    /** Emits empty if the peer stored the replica, else how it refused, and nothing if it did not answer. */
    private Mono<Optional<RemoteFailureException>> send(PeerLink link) {
        return context.exchanges()
                .ask(link, copy, copy.budget(), deadline::recordMoved)
                .flatMap(reply -> reply instanceof Refused refused
                        ? Mono.error(RefusalMapper.toError(refused, link.peer(), copy.budget()))
                        : Mono.just(reply))
                .ofType(Put.Stored.class)
                .doOnNext(stored -> onStored.accept(link, stored))
                .map(stored -> Optional.<RemoteFailureException>empty())
                .onErrorResume(NodeException.class, failure -> {
                    log.debug("replica failed tx={} peer={} reason={}", copy.tx(), link.peer(), failure.getMessage());
                    return failure instanceof RemoteFailureException refusal
                            ? Mono.just(Optional.of(refusal))
                            : Mono.empty();
                });
    }
}
