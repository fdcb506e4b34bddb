package dev.tributary.core;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.NodeNotice;
import dev.tributary.core.value.PutOutcome;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.PutRequest;
import dev.tributary.core.value.State;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A running node. Nothing happens before subscription; each subscription is a new operation, with exactly one answer.
 * Results arrive on the node's callback threads, never on its loop. Errors are
 * {@link dev.tributary.core.error.NodeException}s:
 *
 * <ul>
 *   <li>{@link dev.tributary.core.error.DeadlineExceededException} after the configured deadline,
 *   <li>{@link dev.tributary.core.error.NodeBusyException} when the configured number of operations is under way,
 *   <li>{@link dev.tributary.core.error.ChannelFullException} when even the way into the loop is full,
 *   <li>{@link dev.tributary.core.error.NodeStoppedException} when the node stops or has stopped,
 *   <li>{@link dev.tributary.core.error.PeerUnreachableException} when the last neighbour that could be asked was lost,
 *   <li>{@link dev.tributary.core.error.RemoteFailureException} when a peer refused for a reason of its own,
 *   <li>{@link dev.tributary.core.error.StorageException} when the store could not be read or written.
 * </ul>
 */
public interface Node {

    /** A specification with defaults and nothing else, to be completed and started. */
    static NodeSpec create() {
        return NodeSpec.create();
    }

    /**
     * Publishes a contract with a state, merges it into what is held, and reports where it came to rest. Cancelling stops
     * the forwarding; peers that stored the state already keep it.
     *
     * @param state at most {@link dev.tributary.core.contract.ContractLimits#stateBytes()} bytes
     * @return the receipt, or an error; besides those above
     *     {@link dev.tributary.core.error.ContractRejectedException} if the contract says no,
     *     {@link dev.tributary.core.error.ContractUnsupportedException} if its code cannot be run here, and
     *     {@link dev.tributary.core.error.PayloadTooLargeException}
     */
    Mono<PutReceipt> put(Contract contract, State state);

    /** Finds a contract's state. That nobody holds it is a result, not an error. */
    Mono<GetResult> get(ContractInstanceId id);

    /**
     * Puts one after the other, several at once, and emits an outcome each in the order of their ends. A failed PUT is an
     * outcome and ends nothing; an error of the requests themselves is passed on. Requests are taken from upstream only as
     * operations finish and outcomes are asked for.
     *
     * @param concurrency how many are under way at once, 1 or more
     */
    Flux<PutOutcome> putAll(Publisher<PutRequest> requests, int concurrency);

    /** As {@link #putAll(Publisher, int)} with 64 at once. */
    default Flux<PutOutcome> putAll(Publisher<PutRequest> requests) {
        return putAll(requests, 64);
    }

    /**
     * Completes as soon as the node has at least this many neighbours, at once if it has them already. Errors with
     * {@link dev.tributary.core.error.NodeStoppedException} if it stops before.
     */
    Mono<Void> onLinked(int neighbours);

    /** The node at this moment. Cheap, from any thread. */
    NodeStatus status();

    /** What happens to the node from now on. A listener that lags 256 behind loses the oldest ones, which is counted. */
    Flux<NodeNotice> events();

    /**
     * Accepts nothing new, gives the operations under way the configured time, tells the peers, and completes when
     * everything is closed. Further subscriptions see the same end.
     */
    Mono<Void> stop();

    /** Completes when the node has stopped, whoever stopped it. */
    Mono<Void> onStop();
}
