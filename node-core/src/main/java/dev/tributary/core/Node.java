package dev.tributary.core;

import dev.tributary.core.storage.Holding;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.NodeNotice;
import dev.tributary.core.value.PutOutcome;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.PutRequest;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.UpdateReceipt;
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
     * Changes a contract's state here and reports what is held now; the other hosts hear of it at once, but nobody waits for
     * them. A contract that this node does not hold is looked for first. Cancelling before the change is committed leaves
     * everything as it was.
     *
     * @param change a whole state, a delta to a state that the contract knows to interpret, or both; at most
     *     {@link dev.tributary.core.contract.ContractLimits#stateBytes()} bytes
     * @return the receipt, also if there was nothing new in the change; or an error, besides those above
     *     {@link dev.tributary.core.error.ContractNotFoundException} if nobody holds the contract,
     *     {@link dev.tributary.core.error.ContractRejectedException} if it says no,
     *     {@link dev.tributary.core.error.ContractFailedException} if it broke off,
     *     {@link dev.tributary.core.error.ContractUnsupportedException} if its code cannot be run here,
     *     {@link dev.tributary.core.error.NoRoomException} if it was found and cannot be held here, and
     *     {@link dev.tributary.core.error.PayloadTooLargeException}
     */
    Mono<UpdateReceipt> update(ContractInstanceId id, StateChange change);

    /**
     * The contract's state as it is held now, then every change of it in order, whoever makes it, until the subscriber
     * cancels. A contract that nobody holds yet is waited for. As long as it has a subscriber, the node hosts the contract
     * and keeps it in step with the other hosts; the subscribers notice nothing when those change.
     * <p>
     * A subscriber that asks for less than there is slows nobody: it is shown the latest state when it asks again, and told
     * how many it was not shown. It is called on the node's callback threads, or on the thread on which it asks for more,
     * and must not block them.
     *
     * @return never completes; errors, besides what is above, are {@link dev.tributary.core.error.NodeBusyException} when
     *     there are as many subscribers as {@link dev.tributary.core.operation.SubscriptionConfig} says,
     *     {@link dev.tributary.core.error.NoRoomException} if the contract was found and cannot be held here, and
     *     {@link dev.tributary.core.error.NodeStoppedException} when the node stops, since no subscriber asked for that end
     */
    Flux<ContractUpdate> subscribe(ContractInstanceId id);

    /**
     * What somebody who knows this contract by a summary is missing of a state, in the contract's own words. A part of a
     * client's own work: it asks no peer and changes nothing.
     *
     * @return the delta, or an error; besides those above
     *     {@link dev.tributary.core.error.ContractNotFoundException} if this node does not hold the contract, and
     *     {@link dev.tributary.core.error.ContractFailedException} if the contract cannot tell
     */
    Mono<StateDelta> delta(ContractInstanceId id, State state, StateSummary known);

    /** What is held here, known without reading the states, at the moment of subscription and in no order. */
    Flux<Holding> holdings();

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
     * Accepts nothing new, gives the operations under way the configured time, tells subscribers and peers, and completes
     * when everything is closed. Further subscriptions see the same end.
     */
    Mono<Void> stop();

    /** Completes when the node has stopped, whoever stopped it. */
    Mono<Void> onStop();
}
